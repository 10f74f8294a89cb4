"""The signed report as one file: the document, its signature, and the proofs of the histories that it rests on.

    {"format": "parkledger-signed-report/1",
     "report": {the document},
     "signature": "<detached JWS over the RFC 8785 bytes of report>",
     "history": [{"origin": "<of a history>",
                  "before": "<signed head that the document rests on>" or null,
                  "after": "<signed head as large or larger>",
                  "consistency": ["<hex>", ...],
                  "publication": {a line of the exported history}, "inclusion": ["<hex>", ...]}, ...],
     "rotations": ["<note that hands a history on to another key>", ...]}

One history has the publication, the others do not have the last two members. The file is canonical itself: the same
parts give the same bytes, and other bytes are refused. Nothing here is verified; `reports.verifying` does that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from proofs.canonical import Json, canonical_bytes, read_canonical
from proofs.encodings import hex_bytes
from proofs.errors import BadEvent, BadNote, BadProof, NotCanonical
from proofs.exports import ExportedEvent, read_line
from proofs.rotations import stated_rotation
from reports.document import FORMAT as DOCUMENT_FORMAT

FORMAT: Final = "parkledger-signed-report/1"
"""Name and version of the file's form."""
PURPOSE: Final = DOCUMENT_FORMAT
"""What the signature says that it is for, its `typ`: the form of the document."""
MAX_BYTES: Final = 256_000_000
"""Length of a file that is read at all."""
MAX_HISTORIES: Final = 10_000
"""Histories of one report: a park has one for each tenant."""
MAX_HASHES: Final = 128
"""Hashes of one proof: two for each doubling of a history, which ends at 2^63 events."""
_FILE: Final = ("format", "history", "report", "rotations", "signature")
_PROOF: Final = ("after", "before", "consistency", "origin")
_PUBLISHED: Final = ("inclusion", "publication")


class BadSignedReport(ValueError):
    """What was given is no signed report; the message names the member that is wrong, and what would be accepted."""


@dataclass(frozen=True, slots=True)
class PublicationProof:
    """The event by which the report was published, and the proof that it is in the tree of the later head."""

    event: ExportedEvent
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class HistoryProof:
    """One history: the signed head `before` that the document rests on, None where it rests on none, a later or equal
    head `after`, the hashes that show how the one grew into the other, and the publication in one of the histories.
    """

    origin: str
    before: bytes | None
    after: bytes
    consistency: tuple[bytes, ...] = ()
    publication: PublicationProof | None = None


@dataclass(frozen=True, slots=True)
class SignedReport:
    """What a file holds, unverified. `document` are the canonical bytes that the signature is over."""

    document: bytes
    signature: str
    proofs: tuple[HistoryProof, ...]
    rotations: tuple[bytes, ...]

    @property
    def published(self) -> HistoryProof:
        """The history that has the publication."""
        return next(proof for proof in self.proofs if proof.publication is not None)


def signed_report(
    document: bytes, signature: str, proofs: Sequence[HistoryProof], rotations: Sequence[bytes] = ()
) -> bytes:
    """Return the file. Histories may stand in any order, the rotations of each in that of their sizes.

    Raises `BadSignedReport` where `read_signed_report` would not read it.
    """
    ordered = sorted(proofs, key=lambda proof: proof.origin)
    report = SignedReport(document, signature, tuple(ordered), _in_order(rotations))
    _check(report)
    return _bytes(report)


def read_signed_report(data: bytes) -> SignedReport:
    """Return what a file holds, unverified.

    Raises `BadSignedReport` where it is too long, no canonical JSON, has a member more or less or of another kind,
    histories twice or out of order, or not exactly one publication.
    """
    if len(data) > MAX_BYTES:
        raise BadSignedReport(f"a file of {len(data)} bytes; accepted is up to {MAX_BYTES}")
    try:
        file = _members(read_canonical(data), "the file", _FILE)
    except NotCanonical as error:
        raise BadSignedReport(f"the file is no canonical JSON: {error}") from None
    if file["format"] != FORMAT:
        raise BadSignedReport(f"format is {file['format']!r}; accepted is {FORMAT!r}")
    if not isinstance(file["report"], dict):
        raise BadSignedReport("report is no object; accepted is the document")
    report = SignedReport(
        canonical_bytes(file["report"]),
        _text(file["signature"], "signature"),
        tuple(_proof(one, f"history[{at}]") for at, one in enumerate(_list(file["history"], "history", MAX_HISTORIES))),
        tuple(_text(one, "rotations").encode() for one in _list(file["rotations"], "rotations", MAX_HISTORIES)),
    )
    _check(report)
    return report


def _check(report: SignedReport) -> None:
    """Raise `BadSignedReport` unless the histories are in order, each there once, and one has the publication."""
    origins = [proof.origin for proof in report.proofs]
    if origins != sorted(set(origins)):
        raise BadSignedReport("history does not have each origin once and in order")
    published = [proof.origin for proof in report.proofs if proof.publication is not None]
    if len(published) != 1:
        raise BadSignedReport(f"publication is in {len(published)} of the histories; accepted is one")
    if _in_order(report.rotations) != report.rotations:
        raise BadSignedReport("rotations are not in the order of their histories")


def _in_order(rotations: Sequence[bytes]) -> tuple[bytes, ...]:
    try:
        return tuple(sorted(rotations, key=lambda note: stated_rotation(note).origin))
    except BadNote as error:
        raise BadSignedReport(f"rotations: {error}") from None


def _bytes(report: SignedReport) -> bytes:
    try:
        return canonical_bytes(
            {
                "format": FORMAT,
                "history": [_written(proof) for proof in report.proofs],
                "report": read_canonical(report.document),
                "rotations": [note.decode() for note in report.rotations],
                "signature": report.signature,
            }
        )
    except (NotCanonical, BadEvent, UnicodeDecodeError) as error:
        raise BadSignedReport(f"the parts of a signed report cannot be written: {error}") from None


def _written(proof: HistoryProof) -> dict[str, Json]:
    members: dict[str, Json] = {
        "after": proof.after.decode(),
        "before": None if proof.before is None else proof.before.decode(),
        "consistency": [step.hex() for step in proof.consistency],
        "origin": proof.origin,
    }
    if proof.publication is not None:
        members["publication"] = read_canonical(proof.publication.event.line().removesuffix(b"\n"))
        members["inclusion"] = [step.hex() for step in proof.publication.inclusion]
    return members


def _proof(value: Json, where: str) -> HistoryProof:
    is_published = isinstance(value, Mapping) and "publication" in value
    members = _members(value, where, sorted(_PROOF + _PUBLISHED) if is_published else _PROOF)
    before = members["before"]
    return HistoryProof(
        _text(members["origin"], f"{where}.origin"),
        None if before is None else _text(before, f"{where}.before").encode(),
        _text(members["after"], f"{where}.after").encode(),
        _hashes(members["consistency"], f"{where}.consistency"),
        _publication(members, where) if is_published else None,
    )


def _publication(members: Mapping[str, Json], where: str) -> PublicationProof:
    try:
        event = read_line(canonical_bytes(members["publication"]))
    except BadEvent as error:
        raise BadSignedReport(f"{where}.publication: {error}") from None
    return PublicationProof(event, _hashes(members["inclusion"], f"{where}.inclusion"))


def _hashes(value: Json, where: str) -> tuple[bytes, ...]:
    try:
        texts = [_text(one, f"{where}[{at}]") for at, one in enumerate(_list(value, where, MAX_HASHES))]
        return tuple(hex_bytes(text, BadProof, f"{where}[{at}]") for at, text in enumerate(texts))
    except BadProof as error:
        raise BadSignedReport(str(error)) from None


def _members(value: Json, where: str, names: Sequence[str]) -> Mapping[str, Json]:
    if not isinstance(value, dict) or sorted(value) != list(names):
        said = ", ".join(sorted(value)) if isinstance(value, dict) else type(value).__name__
        raise BadSignedReport(f"{where} has {said}; accepted are exactly {', '.join(names)}")
    return value


def _list(value: Json, where: str, most: int) -> Sequence[Json]:
    if not isinstance(value, list) or len(value) > most:
        said = f"{len(value)} elements" if isinstance(value, list) else type(value).__name__
        raise BadSignedReport(f"{where} is {said}; accepted is a list of up to {most}")
    return cast(Sequence[Json], value)


def _text(value: Json, where: str) -> str:
    if not isinstance(value, str):
        raise BadSignedReport(f"{where} is {value!r:.80}; accepted is a text")
    return value
