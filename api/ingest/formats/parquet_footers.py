"""The footer of a Parquet file: how many rows and bytes each row group has, before any of it is unpacked.

Parquet format, `parquet.thrift`, in the compact protocol of Apache Thrift: FileMetaData field 4 are the row groups;
in a RowGroup field 2 is the size of all columns when unpacked and field 3 the number of rows.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from api.ingest.formats.faults import MIB, FileFault, UnreadableFile

_MAGIC: Final = b"PAR1"
_ENCRYPTED: Final = b"PARE"
_LARGEST: Final = 64 * MIB
_DEEPEST: Final = 32
_TRUE, _FALSE, _BYTE, _I16, _I32, _I64, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = range(1, 13)
_WHOLE: Final = (_I16, _I32, _I64)


@dataclass(frozen=True, slots=True)
class RowGroup:
    """A row group: `rows`, and `unpacked` bytes."""

    rows: int
    unpacked: int


def row_groups(path: Path) -> list[RowGroup]:
    """Return the row groups of a Parquet file; raises `UnreadableFile`."""
    try:
        footer = _Compact(_footer(path)).struct()
        groups = [RowGroup(group[3], group.get(2, 0)) for group in footer.get(4, [])]
    except (IndexError, KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise _damaged() from None
    if not all(isinstance(size, int) and size >= 0 for group in groups for size in (group.rows, group.unpacked)):
        raise _damaged()
    return groups


def _footer(path: Path) -> bytes:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - 8, 0))
        end = file.read(8)
        if end[4:] == _ENCRYPTED:
            raise UnreadableFile(FileFault.FORMAT, "the Parquet file is encrypted; send it unencrypted")
        if size < 12 or end[4:] != _MAGIC:
            message = "the file does not end as Parquet does (PAR1); it is no Parquet, or not whole"
            raise UnreadableFile(FileFault.FORMAT, message)
        length = int.from_bytes(end[:4], "little")
        if length > min(size - 12, _LARGEST):
            raise _damaged()
        file.seek(size - 8 - length)
        return file.read(length)


def _damaged() -> UnreadableFile:
    return UnreadableFile(FileFault.FORMAT, "the footer of the Parquet file is damaged; write the file again")


class _Compact:
    """Values of the compact protocol, read from bytes; raises `IndexError` or `ValueError` where they are none."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return a struct's fields by number."""
        if depth > _DEEPEST:
            raise ValueError
        fields: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step = head >> 4
            number = number + step if step else self._zigzag()
            fields[number] = self._value(head & 0x0F, depth)
        return fields

    def _value(self, kind: int, depth: int, *, is_element: bool = False) -> Any:
        if kind in (_TRUE, _FALSE):
            return self._byte() == _TRUE if is_element else kind == _TRUE
        if kind in _WHOLE:
            return self._zigzag()
        if kind == _BYTE:
            return self._byte()
        if kind == _STRUCT:
            return self.struct(depth + 1)
        if kind in (_LIST, _SET):
            return self._list(depth)
        if kind in (_DOUBLE, _BINARY):
            return self._skip(8 if kind == _DOUBLE else self._varint())
        raise ValueError  # the format has no maps

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        count = head >> 4 if head >> 4 != 0x0F else self._varint()
        if count > len(self._data):
            raise ValueError
        return [self._value(head & 0x0F, depth + 1, is_element=True) for _ in range(count)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
            if shift > 63:
                raise ValueError

    def _zigzag(self) -> int:
        value = self._varint()
        return (value >> 1) ^ -(value & 1)

    def _skip(self, count: int) -> None:
        self._at += count
        if self._at > len(self._data):
            raise IndexError
