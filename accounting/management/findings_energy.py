"""Findings in the energy between neighbours: two meters that differ, or a side that is missing."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from accounting.management.findings import Actor, Evidence, Finding, FindingKind, Severity, Subject, amount
from accounting.management.validity import last_day
from accounting.supply.park_energy import Carrier, Flow, Reading
from accounting.supply.transfer_terms import DEFAULT_TOLERANCE, TransferTerms
from emission_factors import decimals


@dataclass(frozen=True, slots=True)
class Link:
    """Who supplies whom with what in which month; parties by their codes."""

    month: date
    supplier: str
    customer: str
    carrier: Carrier


@dataclass(frozen=True, slots=True)
class Sides:
    """What both sides of a link posted in base units; None where one posted nothing, which is not zero."""

    supplied: Decimal | None
    received: Decimal | None
    activity_types: tuple[str, ...]

    @property
    def mismatch(self) -> Decimal:
        """What the supplier's meter shows above the customer's; a missing side counts as nothing here."""
        return decimals.EXACT.subtract(self.supplied or Decimal(0), self.received or Decimal(0))

    @property
    def share(self) -> Fraction | None:
        """The mismatch as a share of the supplied, either way up; None where nothing was supplied."""
        return abs(Fraction(self.mismatch)) / Fraction(self.supplied) if self.supplied else None


Terms = Mapping[str, Sequence[TransferTerms]]
"""Code of a supplier -> its terms with customers."""


def tolerance_of(link: Link, terms: Terms) -> Decimal:
    """Return the share by which the meters of a link may differ: as agreed, or by default."""
    agreed = (
        one.tolerance
        for one in terms.get(link.supplier, ())
        if (one.customer, one.carrier) == (link.customer, link.carrier) and one.holds_on(link.month)
    )
    return next(agreed, DEFAULT_TOLERANCE)


def links_of(readings: Mapping[date, Iterable[Reading]], codes: Collection[str]) -> dict[Link, Sides]:
    """Return what neighbours supply to each other, both sides joined by month, supplier, customer and carrier.

    `codes` are those of all tenants of the park.
    """
    found: dict[Link, list[Reading]] = {}
    for month, of_month in readings.items():
        for one in of_month:
            if one.counterparty not in codes or one.counterparty == one.party:
                continue
            if one.flow is Flow.SUPPLIED:
                found.setdefault(Link(month, one.party, one.counterparty, one.carrier), []).append(one)
            elif one.flow is Flow.BOUGHT:
                found.setdefault(Link(month, one.counterparty, one.party, one.carrier), []).append(one)
    return {link: _sides(of_link) for link, of_link in found.items()}


def unmatched(links: Mapping[Link, Sides], tenants: Mapping[str, UUID], terms: Terms) -> Iterator[Finding]:
    """Yield a finding for every link of which a side is missing, or whose meters differ by more than tolerated.

    `tenants` maps the codes of a park to its tenants.
    """
    for link, sides in links.items():
        if sides.supplied is None or sides.received is None:
            yield _one_sided(link, sides, tenants)
        else:
            accepted = tolerance_of(link, terms)
            share = sides.share
            if sides.mismatch and (share is None or share > Fraction(accepted)):
                yield _differing(link, sides, tenants, accepted)


def _sides(readings: Iterable[Reading]) -> Sides:
    by_flow: dict[Flow, list[Decimal]] = {}
    codes: set[str] = set()
    for one in readings:
        by_flow.setdefault(one.flow, []).append(one.quantity)
        codes.add(one.activity_type)
    supplied, received = by_flow.get(Flow.SUPPLIED), by_flow.get(Flow.BOUGHT)
    return Sides(
        None if supplied is None else decimals.total(supplied),
        None if received is None else decimals.total(received),
        tuple(sorted(codes)),
    )


def _one_sided(link: Link, sides: Sides, tenants: Mapping[str, UUID]) -> Finding:
    is_supplier = sides.supplied is None
    silent, other = (link.supplier, link.customer) if is_supplier else (link.customer, link.supplier)
    verb = f"supplied to {other}" if is_supplier else f"bought from {other}"
    return Finding(
        kind=FindingKind.UNMATCHED_TRANSFER,
        severity=Severity.SEVERE,
        subject=_about(link, sides, tenants, silent, other),
        message=f"{link.month:%Y-%m}: {silent} posted no {_name(link.carrier)} {verb}; {other} did.",
        evidence=tuple(_quantities(link, sides)),
        since=link.month,
        actor=Actor.CONTRIBUTOR,
        action=f"{silent} posts its side; until then the side of {other} stands alone.",
        first=link.month,
        last=last_day(link.month),
    )


def _differing(link: Link, sides: Sides, tenants: Mapping[str, UUID], accepted: Decimal) -> Finding:
    share = sides.share
    by = "though nothing was supplied" if share is None else f"by {_percent(share)} %"
    shown = () if share is None else (Evidence("difference", decimals.exact(share * 100), "%"),)
    return Finding(
        kind=FindingKind.UNMATCHED_TRANSFER,
        severity=Severity.WARNING,
        subject=_about(link, sides, tenants, link.supplier, link.customer),
        message=f"{link.month:%Y-%m}: the {_name(link.carrier)} meters of {link.supplier} and {link.customer} differ "
        f"{by}; accepted is {_percent(Fraction(accepted))} %.",
        evidence=(
            *_quantities(link, sides),
            *shown,
            Evidence("tolerance", decimals.exact(Fraction(accepted) * 100), "%"),
        ),
        since=link.month,
        actor=Actor.METERING,
        action="Read both meters for the same days. Correct the wrong row, or post as lost what the line loses.",
        first=link.month,
        last=last_day(link.month),
    )


def _about(link: Link, sides: Sides, tenants: Mapping[str, UUID], one: str, other: str) -> Subject:
    return Subject(
        tenants[one], counterparty=tenants[other], activity_types=sides.activity_types, carrier=link.carrier.value
    )


def _quantities(link: Link, sides: Sides) -> Iterator[Evidence]:
    code, unit = f"supplied.{link.carrier.value.lower()}", "Nm3" if link.carrier is Carrier.COMPRESSED_AIR else "MJ"
    for name, quantity in (("supplied", sides.supplied), ("received", sides.received)):
        yield Evidence(name, text="not posted") if quantity is None else amount(name, code, quantity, unit)


def _name(carrier: Carrier) -> str:
    return carrier.value.replace("_", " ").lower()


def _percent(share: Fraction) -> str:
    return decimals.plain(Decimal(round(share * 10000)).scaleb(-2))
