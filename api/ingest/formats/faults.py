"""What makes a file unreadable as a whole, and the limits within which files are read."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MIB: Final = 1 << 20


class FileFault(StrEnum):
    """Why a file was not read. Nothing of such a file is written."""

    FORMAT = "FORMAT"
    """The bytes are not of the format that was named."""
    ENCODING = "ENCODING"
    """The characters are not written in the encoding that was named."""
    COMPRESSION = "COMPRESSION"
    """The compressed bytes end early or are damaged."""
    TOO_LARGE = "TOO_LARGE"
    """The file is larger when unpacked than is accepted, or unpacks to suspiciously much."""
    LINE_TOO_LONG = "LINE_TOO_LONG"
    """A line, row or text is longer than is accepted."""
    EMPTY = "EMPTY"
    """There is no row: an empty file, or a header alone."""
    HEADER = "HEADER"
    """The header lacks a field, names one twice, or cannot be told apart."""
    TYPE = "TYPE"
    """A column has a type that a field cannot take."""
    SHEET = "SHEET"
    """The workbook has no such sheet, or was never calculated."""


class UnreadableFile(ValueError):
    """A file that is refused as a whole: what is wrong, where, and what would be accepted."""

    def __init__(self, fault: FileFault, message: str) -> None:
        super().__init__(message)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a file is accepted; what is held in memory at once follows from them."""

    decoded_bytes: int = 8192 * MIB
    """Bytes of the whole file when unpacked."""
    ratio: int = 200
    """Unpacked bytes for each byte received, once `ratio_from` are unpacked."""
    ratio_from: int = 16 * MIB
    """Unpacked bytes from which the ratio is looked at; a small file may be all alike."""
    line_bytes: int = MIB
    """Bytes of one line of text, and of the cells of one row of a sheet."""
    columns: int = 1000
    """Columns of a file."""
    shared_text_bytes: int = 128 * MIB
    """Bytes of the table of texts of a workbook, which is held in memory."""
    group_rows: int = 2_000_000
    """Rows of one row group of a Parquet file, which is held in memory."""
    group_bytes: int = 512 * MIB
    """Bytes of one row group of a Parquet file when unpacked."""
    block_bytes: int = 4 * MIB
    """Bytes of text parsed at once."""
    rows: int = 20_000
    """Rows of one chunk."""


def sized(count: int) -> str:
    """Write a number of bytes for the reader: whole MiB where it is one, else bytes."""
    return f"{count // MIB} MiB" if count >= MIB and count % MIB == 0 else f"{count:,} bytes"
