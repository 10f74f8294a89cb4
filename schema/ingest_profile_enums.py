"""Enums of how a tenant's files are read, registered like those of `enums`."""

from accounting.management.ingest_profiles import DateOrder as FileDateOrder
from accounting.management.ingest_profiles import FileEncoding as FileEncoding
from accounting.management.ingest_profiles import PeriodEnd as FilePeriodEnd
from schema.enums import described

__all__ = ["FileDateOrder", "FileEncoding", "FilePeriodEnd"]

for _found, _name in (
    (FileDateOrder, "FileDateOrder"),
    (FileEncoding, "FileEncoding"),
    (FilePeriodEnd, "FilePeriodEnd"),
):
    described(_found, _name)
