"""What stands above the tables of every rendering: whose report, of when, on what it rests, and its totals."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from reports.document import FORMAT, Bilingual, Document
from reports.rendering import words
from reports.rendering.codes import PARTS_OF_BASIS, spelled
from reports.rendering.errors import CannotRender
from reports.rendering.languages import Language
from reports.rendering.numbers import tonnes


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the head: its label, its text, and the concept that it reports, if it does."""

    label: str
    text: str
    concept: str = ""


@dataclass(frozen=True, slots=True)
class TotalLine:
    """One total, in tonnes of CO2e, exactly."""

    code: str
    label: str
    value: Decimal


def title(document: Document, language: Language) -> str:
    """Return what the report is called."""
    return language.of(words.KINDS[document.kind])


def head_lines(document: Document, language: Language, digest: str) -> list[HeadLine]:
    """Return the lines of the head in their order; `digest` is the SHA-256 of the canonical JSON, in hex."""
    rests = document.rests
    return [
        *_subject_lines(document, language),
        _line(language, words.PERIOD, period(document)),
        _line(language, words.CADENCE, language.of(words.CADENCES[document.cadence])),
        _line(language, words.VERSION, str(document.version), "pk:ReportVersion"),
        *([_line(language, words.SUPERSEDES, document.supersedes)] if document.supersedes else []),
        *([_line(language, words.REASON, document.reason, "pk:ReportReason")] if document.reason else []),
        _line(language, words.KNOWN_AT, rests.known_at, "pk:KnownAt"),
        _line(language, words.METHOD, rests.method_version, "pk:MethodVersion"),
        _line(language, words.RELEASE, str(rests.factor_release), "pk:FactorRelease"),
        _line(language, words.RELEASE_HASH, rests.factor_release_hash, "pk:FactorReleaseHash"),
        *_basis_lines(document, language),
        _line(language, words.FORMAT_NAME, FORMAT),
        _line(language, words.FINGERPRINT, digest),
    ]


def total_lines(document: Document, language: Language) -> list[TotalLine]:
    """Return the totals in the order of `words.TOTALS`. Raises `CannotRender` for a total of another name."""
    unknown = set(document.totals) - set(words.TOTALS)
    if unknown:
        raise CannotRender(f"the total {min(unknown)!r} has no name here; accepted are {', '.join(words.TOTALS)}")
    return [
        TotalLine(code, language.of(label), tonnes(document.totals[code]))
        for code, label in words.TOTALS.items()
        if code in document.totals
    ]


def period(document: Document) -> str:
    """Return the months a document covers, such as 2025-01 - 2025-12, or the one it covers."""
    first, last = f"{document.first_month:%Y-%m}", f"{document.last_month:%Y-%m}"
    return first if first == last else f"{first} – {last}"


def _subject_lines(document: Document, language: Language) -> Iterator[HeadLine]:
    subject = document.subject
    yield _line(language, words.SUBJECT, language.of(subject.name), "pk:EntityName")
    yield _line(language, words.CODE, subject.code)
    for name in sorted(subject.identifiers):
        label = words.IDENTIFIERS.get(name)
        yield HeadLine(language.of(label) if label else name, subject.identifiers[name])


def _basis_lines(document: Document, language: Language) -> Iterator[HeadLine]:
    for name, text in sorted(document.rests.basis.items()):
        label = language.of(PARTS_OF_BASIS[name]) if name in PARTS_OF_BASIS else name
        yield HeadLine(f"{language.of(words.BASIS)}: {label}", spelled(text, language))


def _line(language: Language, label: Bilingual, text: str, concept: str = "") -> HeadLine:
    return HeadLine(language.of(label), text, concept)
