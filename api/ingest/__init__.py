"""Files posted in bulk: `POST /ingest/v1/activities` and `/ingest/v1/intervals`, the jobs they become, their results.

A body goes to the disk as it comes (`spool`), becomes a job of the ledger (`routes`), and a worker of the service posts
it chunk by chunk (`worker`, `running`). `formats/` reads files; what a row may say is the ledger's to judge.
"""
