"""What a file is, judged by its content: its name and what its sender says of it count for nothing.

PDF, PNG and JPEG by their signatures, archives of ZIP by their directory (and workbooks of Excel by what it names), and
text by every byte: UTF-8 without control characters, as CSV is. Nothing is unpacked, run or shown.
"""

import codecs
import zipfile
from pathlib import Path
from typing import Final

from accounting.refusals import RefusalCode, Refused

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ZIP: Final = "application/zip"
TEXT: Final = "text/plain; charset=utf-8"
_SIGNATURES: Final = {b"%PDF-": PDF, b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG}
_OF_ZIP: Final = b"PK\x03\x04"
_WORKBOOK: Final = "xl/workbook.xml"
_MACROS: Final = "vbaproject.bin"
_MOST_MEMBERS: Final = 10_000
_CONTROLS: Final = {code for code in range(32) if chr(code) not in "\t\n\r\f"} | {127}
_PIECE: Final = 1 << 20
ACCEPTED: Final = "PDF, PNG, JPEG, XLSX without macros, ZIP and text in UTF-8 such as CSV"


def media_type_of(path: Path) -> str:
    """Return the type of a file by its content; raises `Refused` for an empty one or one that is not accepted.

    Reads the file, so it belongs in a thread.
    """
    with path.open("rb") as file:
        start = file.read(16)
    if not start:
        raise _refused("the file is empty")
    for signature, found in _SIGNATURES.items():
        if start.startswith(signature):
            return found
    if start.startswith(_OF_ZIP):
        return _of_archive(path)
    _check_text(path)
    return TEXT


def _of_archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _refused(f"the file begins as an archive of ZIP and is none: {error}") from None
    if len(names) > _MOST_MEMBERS:
        raise _refused(f"the archive has {len(names)} members; at most {_MOST_MEMBERS}")
    if any(name.lower().endswith(_MACROS) for name in names):
        raise _refused("the workbook has macros")
    return XLSX if _WORKBOOK in names else ZIP


def _check_text(path: Path) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                raise _refused(f"the file is of no known type and no UTF-8 ({error.reason})") from None
            found = _CONTROLS.intersection(piece)
            if found:
                raise _refused(f"the file is of no known type and no text: it has the character {min(found):#04x}")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _refused("the file is text in UTF-8 that ends within a character") from None


def _refused(why: str) -> Refused:
    return Refused(RefusalCode.BAD_EVIDENCE, "", f"{why}; accepted are {ACCEPTED}")
