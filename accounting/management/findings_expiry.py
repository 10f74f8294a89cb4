"""Findings of what ends: calibrations, certificates, contracts, leases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from accounting.management.findings import Actor, Evidence, Finding, FindingKind, Severity, Subject
from accounting.management.meters import Meter
from accounting.management.tenancies import Tenancy
from accounting.management.validity import holds_on, last_day
from accounting.scope2.instrument_rules import VINTAGES
from accounting.scope2.instruments import Instrument, Kind

CALIBRATION_NOTICE: Final = timedelta(30)
"""Time before a calibration is due from which it is told: what it takes to get an appointment and a shutdown."""
_CERTIFICATES: Final = (Kind.GEC, Kind.OTHER_CERTIFICATE)
_CONTRACTS: Final = (
    Kind.GREEN_POWER_TRADE,
    Kind.DIRECT_SUPPLY,
    Kind.POWER_PURCHASE_AGREEMENT,
    Kind.SUPPLIER_RATE,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A meter with where it is and what declares it."""

    tenant: UUID
    site: UUID
    declaration: UUID
    meter: Meter


@dataclass(frozen=True, slots=True)
class Let:
    """A tenancy with its tenant and what declares it."""

    tenant: UUID
    declaration: UUID
    tenancy: Tenancy


def calibrations(meters: Iterable[Measured], today: date) -> Iterator[Finding]:
    """Yield a finding for every meter in place whose calibration is due within thirty days, or overdue."""
    for one in meters:
        due = one.meter.calibration_due
        if due is not None and holds_on(one.meter, today) and due - CALIBRATION_NOTICE <= today:
            yield _calibration(one, due, is_overdue=due < today)


def instruments(found: Sequence[Instrument], today: date, within: int) -> Iterator[Finding]:
    """Yield a finding for every certificate neither cancelled nor sold that ends within `within` days of `today`,
    before or after, and for every contract that ends within them after `today` and that none of its kind follows.
    """
    for one in found:
        if one.kind in _CERTIFICATES and one.cancellation is None and not one.is_sold:
            end = last_day(VINTAGES[one.kind].expires(one.first_month))
            if abs((end - today).days) <= within:
                yield _certificate(one, end, today)
        elif one.kind in _CONTRACTS and not any(_follows(other, one) for other in found):
            end = last_day(max(one.last_month, one.claimed_to))
            if 0 <= (end - today).days <= within:
                yield _contract(one, end)


def tenancies(found: Sequence[Let], today: date, within: int) -> Iterator[Finding]:
    """Yield a finding for every lease that ends within `within` days after `today` and that none of the tenant's for
    the same place follows.
    """
    for one in found:
        end = one.tenancy.valid_to
        is_near = end is not None and 0 <= (end - today).days <= within
        if is_near and not any(_continues(other, one) for other in found):
            yield _tenancy(one)


def _calibration(one: Measured, due: date, *, is_overdue: bool) -> Finding:
    meter = one.meter
    how = f"has been overdue since {due}" if is_overdue else f"is due by {due}"
    known = [Evidence("accuracy class", text=meter.accuracy_class)] if meter.accuracy_class else []
    if meter.calibrated_on:
        known.append(Evidence("calibrated on", text=meter.calibrated_on.isoformat()))
    return Finding(
        kind=FindingKind.CALIBRATION_DUE,
        severity=Severity.WARNING if is_overdue else Severity.NOTICE,
        subject=Subject(one.tenant, one.site, meter.source, declaration=one.declaration),
        message=f"The calibration of the meter {meter.instrument} {how}.",
        evidence=(*known, Evidence("due", text=due.isoformat())),
        since=due if is_overdue else due - CALIBRATION_NOTICE,
        actor=Actor.METERING,
        action="Have the meter calibrated and declare it again with the day and the next one due.",
    )


def _certificate(one: Instrument, end: date, today: date) -> Finding:
    is_over = end < today
    how = f"ended on {end} unused" if is_over else f"end on {end}; cancel them by then, or they cover nothing"
    return Finding(
        kind=FindingKind.EXPIRING_INSTRUMENT,
        severity=Severity.SEVERE if is_over else Severity.WARNING,
        subject=_about(one),
        message=f"The certificates {one.name} of {one.first_month:%Y-%m} {how}.",
        evidence=(
            Evidence("quantity", one.quantity, "MWh"),
            Evidence("valid until", text=end.isoformat()),
            Evidence("rule", text=VINTAGES[one.kind].source),
        ),
        since=end if is_over else today,
        actor=Actor.TENANT_ADMINISTRATOR,
        action="Withdraw the record, as it can be claimed no more."
        if is_over
        else "Cancel the certificates, or sell them.",
    )


def _contract(one: Instrument, end: date) -> Finding:
    return Finding(
        kind=FindingKind.EXPIRING_INSTRUMENT,
        severity=Severity.WARNING,
        subject=_about(one),
        message=f"The contract {one.name} ends on {end}, and none of its kind follows: from then on its energy counts "
        "at the residual mix or the grid average.",
        evidence=(Evidence("quantity", one.quantity, "MWh"), Evidence("valid until", text=end.isoformat())),
        since=one.first_month,
        actor=Actor.TENANT_ADMINISTRATOR,
        action="Renew the contract and record what it covers.",
    )


def _tenancy(one: Let) -> Finding:
    end = one.tenancy.valid_to
    assert end is not None  # noqa: S101  an open lease does not end
    known = [Evidence("document", text=one.tenancy.document)] if one.tenancy.document else []
    return Finding(
        kind=FindingKind.EXPIRING_TENANCY,
        severity=Severity.NOTICE,
        subject=Subject(one.tenant, one.tenancy.site, declaration=one.declaration),
        message=f"The lease of {one.tenancy.place} ends on {end}, and none follows.",
        evidence=(Evidence("floor area", one.tenancy.floor_area, "m2"), *known),
        since=one.tenancy.valid_from,
        actor=Actor.PARK_OPERATOR,
        action="Renew the lease and declare it, or plan for the tenant's leaving: supply, meters, the last readings.",
    )


def _about(one: Instrument) -> Subject:
    return Subject(one.tenant, one.site, instrument=UUID(one.id))


def _follows(other: Instrument, one: Instrument) -> bool:
    is_alike = (other.tenant, other.kind, other.carrier) == (one.tenant, one.kind, one.carrier)
    return is_alike and other.site in (None, one.site) and other.last_month > one.last_month


def _continues(other: Let, one: Let) -> bool:
    is_alike = other.tenant == one.tenant and other.tenancy.place.casefold() == one.tenancy.place.casefold()
    return is_alike and other.tenancy.valid_from > one.tenancy.valid_from
