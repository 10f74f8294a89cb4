"""Files of rows, whatever their format: NDJSON, CSV, Parquet and XLSX, read in blocks with memory that stays flat."""

from api.ingest.formats.blocks import Block, RowRefusal
from api.ingest.formats.codings import ContentCoding
from api.ingest.formats.faults import FileFault, Limits, UnreadableFile
from api.ingest.formats.files import MEDIA_TYPES, SUFFIXES, FileFormat, ReadableFile, opened

__all__ = [
    "MEDIA_TYPES",
    "SUFFIXES",
    "Block",
    "ContentCoding",
    "FileFault",
    "FileFormat",
    "Limits",
    "ReadableFile",
    "RowRefusal",
    "UnreadableFile",
    "opened",
]
