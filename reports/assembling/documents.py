"""A report assembled: its subject, what it rests on, its totals and tables, and the lines that they are the sums of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from decimal import Decimal
from typing import Final

from accounting.reporting.inputs import ReportInputs, SubjectKind
from emission_factors import decimals
from reports.assembling.evidence import heads_table
from reports.assembling.forms import REGIMES_OF, tables_of
from reports.assembling.foundations import gaps_of
from reports.assembling.inventories import scopes_of
from reports.assembling.lines import Lines, lines_of
from reports.assembling.making import both
from reports.document import Cadence, Document, ReportKind, Rests, Subject, Table

METHOD_VERSION: Final = "1"
"""The method by which documents are assembled. It takes another number where the same ledger, basis and instant would
give another number in a document, or where a cell comes to mean something else; never for a word or a new table.
"""
_CADENCES: Final = {1: Cadence.MONTH, 3: Cadence.QUARTER, 12: Cadence.YEAR}
_ENDS: Final[Mapping[bool | None, str]] = {None: "", False: "LOWER", True: "UPPER"}
SUBJECT_OF: Final = {ReportKind.ENTERPRISE: SubjectKind.TENANT, ReportKind.PARK: SubjectKind.PARK}
"""Kinds of report that are of one kind of subject alone."""


class BadReport(ValueError):
    """A report cannot be assembled as asked; `field` names what is at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Edition:
    """Which edition of a report: its number from 1, what it supersedes and why, and what changed since (a table).

    `identifiers` are stated by the caller, by the names of `heads.STATED_HEADS`: the ledger does not hold them. `heads`
    are the signed heads that it rests on, by origin; `gaps` say what else is missing.
    """

    version: int = 1
    supersedes: str | None = None
    reason: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    changes: Table | None = None
    heads: Sequence[str] = ()
    gaps: Sequence[str] = ()


def assemble(inputs: ReportInputs, kind: ReportKind, edition: Edition) -> Document:
    """Return the document of a report: the same values give the same document, to the last digit and in one order.

    Raises `BadReport` for a kind that is not of this subject or not made under this regime, for months that are no
    calendar month, quarter or year, for values that no instant pins, and for an edition that supersedes without reason.
    """
    _check(inputs, kind, edition)
    lines = lines_of(inputs)
    changes = [edition.changes] if edition.changes else []
    rests = [heads_table(edition.heads, lines, "HEADS")] if edition.heads else []
    return Document(
        kind=kind,
        cadence=cadence_of(inputs.first, inputs.last),
        subject=_subject(inputs, edition.identifiers),
        first_month=inputs.first,
        last_month=inputs.last,
        version=edition.version,
        supersedes=edition.supersedes,
        reason=edition.reason,
        rests=rests_of(inputs, edition.heads),
        totals=totals_of(inputs, lines),
        tables=(*tables_of(inputs, kind, lines, edition.identifiers), *changes, *rests),
        lines=lines.shown,
        gaps=tuple(sorted({*gaps_of(inputs), *edition.gaps})),
    )


def cadence_of(first: date, last: date) -> Cadence:
    """Return the cadence of months, by their first days, both included; raises `BadReport` for any other span."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    found = _CADENCES.get(months)
    if found is None or (first.month - 1) % months or first.day != 1 or last.day != 1:
        accepted = "a calendar month, a quarter that begins in January, April, July or October, or a calendar year"
        raise BadReport("period", f"{first:%Y-%m} to {last:%Y-%m} is no period of a report; accepted is {accepted}")
    return found


def totals_of(inputs: ReportInputs, lines: Lines) -> dict[str, Decimal]:
    """Return the document's totals in kilograms of CO2e: of each scope the regime reports, their sums, and OUTSIDE."""
    found = {name: _sum(lines, [name]) for name in scopes_of(inputs)}
    both_ways = [method for method in ("LOCATION", "MARKET") if f"SCOPE_2_{method}" in found]
    sums = {
        f"TOTAL_{method}": _sum(lines, [one for one in ("SCOPE_1", f"SCOPE_2_{method}", "SCOPE_3") if one in found])
        for method in both_ways
    }
    return {**found, **sums, "OUTSIDE": _sum(lines, ["OUTSIDE"])}


def rests_of(inputs: ReportInputs, heads: Sequence[str] = ()) -> Rests:
    """Return what a document rests on, so that it can be assembled again."""
    basis = inputs.basis
    known_at = basis.known_at or basis.told_at
    if known_at is None:
        raise BadReport("basis", "no instant pins what was known; accepted is a basis with `known_at` or `told_at`")
    stated = {
        "regime": basis.regime.code.value,
        "gwpSet": basis.gwp_set.value,
        "approach": basis.approach.value if basis.approach else "",
        "proxies": " ".join(basis.proxies),
        "publishedBy": basis.published_by.isoformat() if basis.published_by else "",
        "electricityKgcePerKwh": decimals.plain(basis.electricity_kgce_per_kwh)
        if basis.electricity_kgce_per_kwh
        else "",
        "adoptedBy": str(basis.adopted_by) if basis.adopted_by else "",
        "coalEquivalentRange": _ENDS[inputs.is_upper],
    }
    release = basis.catalogue.release
    return Rests(
        basis={name: text for name, text in stated.items() if text},
        factor_release=release.number,
        factor_release_hash=release.content_hash,
        method_version=METHOD_VERSION,
        known_at=known_at.astimezone(UTC).isoformat(timespec="microseconds"),
        judged_on=inputs.on.isoformat(),
        heads=tuple(heads),
    )


def _sum(lines: Lines, totals: Sequence[str]) -> Decimal:
    return decimals.total(one.shown.co2e for one in lines.of({"total": totals}))


def _subject(inputs: ReportInputs, identifiers: Mapping[str, str]) -> Subject:
    found = inputs.subject
    of_tenant = next(iter(inputs.parties.values())).industry_code if found.kind is SubjectKind.TENANT else ""
    known = {"industry_code": of_tenant} if of_tenant else {}
    return Subject(found.kind.value, found.code, both(found.name_en, found.name_zh), {**known, **identifiers})


def _check(inputs: ReportInputs, kind: ReportKind, edition: Edition) -> None:
    regime, subject = inputs.basis.regime.code, inputs.subject.kind
    if regime not in REGIMES_OF[kind]:
        accepted = ", ".join(REGIMES_OF[kind])
        raise BadReport("basis", f"a report of kind {kind} is not made under {regime}; accepted is {accepted}")
    if SUBJECT_OF.get(kind, subject) is not subject:
        raise BadReport(
            "kind", f"a report of kind {kind} is of a {SUBJECT_OF[kind]}; {inputs.subject.code} is a {subject}"
        )
    if edition.version < 1 or (edition.supersedes is None) != (edition.version == 1):
        raise BadReport(
            "version", f"edition {edition.version} supersedes {edition.supersedes}; only the first has none"
        )
    if edition.supersedes is not None and not edition.reason.strip():
        raise BadReport("reason", f"what supersedes {edition.supersedes} says why; accepted is a reason")
