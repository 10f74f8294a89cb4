"""Proofs: canonical bytes, Merkle trees, signed heads, signatures, and verifiers that need no server.

Nothing here knows a clock, a database, a file or the network, and nothing of the other folders is imported: an auditor
installs this with two libraries and checks what the service says (docs/decisions/0023-proofs.md).
"""
