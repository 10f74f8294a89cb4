"""Published reports over HTTP: the signed bytes, renderings of them, and the signed file with its proofs."""
