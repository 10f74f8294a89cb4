"""Enums of files posted in bulk, registered like those of `enums`."""

from accounting.management.ingest_profiles import Dataset as IngestDataset
from ledger.bulk.jobs import JobState as IngestState
from schema.enums import described

__all__ = ["IngestDataset", "IngestState"]

for _found, _name in (
    (IngestDataset, "IngestDataset"),
    (IngestState, "IngestState"),
):
    described(_found, _name)
