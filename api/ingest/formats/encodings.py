"""Characters: text files brought to UTF-8, a byte order mark dropped, a wrong encoding named."""

import codecs
from collections.abc import Iterable, Iterator
from typing import Final

from accounting.management.ingest_profiles import FileEncoding
from api.ingest.formats.faults import FileFault, UnreadableFile

_CODECS: Final = {
    FileEncoding.UTF_8: "utf-8",
    FileEncoding.GB18030: "gb18030",
    FileEncoding.BIG5: "big5hkscs",
    FileEncoding.UTF_16: "utf-16",
}
_MARK: Final = "\ufeff"
_SAMPLE: Final = 4096
_CHINESE: Final = (
    ("gb18030", "GB18030 (GBK)", "GB18030", range(0xB0, 0xD8)),
    ("big5", "Big5", "BIG5", range(0xA4, 0xC7)),
)
"""Codec, its name for the reader, in a profile, and the first bytes of the characters that text mostly uses."""


def utf8(pieces: Iterable[bytes], encoding: FileEncoding) -> Iterator[bytes]:
    """Return the text of a file as UTF-8, without a byte order mark; raises `UnreadableFile` with line and byte."""
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])("strict")
    seen, lines, is_first = 0, 1, True
    for piece in pieces:
        pending = decoder.getstate()[0]
        if encoding is FileEncoding.UTF_8 and not pending and piece.isascii():
            seen += len(piece)
            lines += piece.count(b"\n")
            is_first = is_first and not piece
            yield piece
            continue
        try:
            text = decoder.decode(piece)
        except UnicodeError as error:
            raise _wrong(encoding, error, pending + piece, seen - len(pending), lines) from None
        seen += len(piece)
        lines += text.count("\n")
        if is_first and text:
            text, is_first = text.removeprefix(_MARK), False
        if text:
            yield text.encode()
    try:
        decoder.decode(b"", final=True)
    except UnicodeError:
        message = f"the last character of the file, on line {lines}, is cut off; the file is not whole"
        raise UnreadableFile(FileFault.ENCODING, message) from None


def _wrong(encoding: FileEncoding, error: UnicodeError, data: bytes, before: int, lines: int) -> UnreadableFile:
    at = error.start if isinstance(error, UnicodeDecodeError) else 0
    line = lines + data.count(b"\n", 0, at)
    name = encoding.value.replace("_", "-")
    place = f"byte {before + at:,}, on line {line}, is 0x{data[at]:02X}" if data else f"line {line}"
    message = f"the file is not written in {name}: {place}"
    if encoding is FileEncoding.UTF_8:
        message = f"{message}. {_guess(data, at)}"
    return UnreadableFile(FileFault.ENCODING, message)


def _guess(data: bytes, at: int) -> str:
    """Say what the bytes may be, for a file that was taken for UTF-8."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "It begins as UTF-16 does; name a profile with encoding UTF_16, or save it as UTF-8"
    begin = data.rfind(b"\n", 0, at) + 1
    for codec, shown, in_profile, common in _CHINESE:
        text = _read_as(codec, data[begin : begin + _SAMPLE])
        if _is_chinese(text, codec, common):
            sample = "".join(char for char in text if not char.isascii())[:12]
            return f"It reads as {shown}: {sample!r}; name a profile with encoding {in_profile}, or save it as UTF-8"
    return "Accepted are UTF-8, or the encoding that a profile names"


def _read_as(codec: str, sample: bytes) -> str:
    try:
        return codecs.getincrementaldecoder(codec)("strict").decode(sample)
    except UnicodeDecodeError:
        return ""


def _is_chinese(text: str, codec: str, common: range) -> bool:
    """Whether most of what is not ASCII are common characters of a Chinese encoding."""
    wide = [char for char in text if "\u4e00" <= char <= "\u9fff"]
    usual = sum(char.encode(codec)[0] in common for char in wide)
    return usual > 0 and usual * 10 >= 7 * sum(not char.isascii() for char in text)
