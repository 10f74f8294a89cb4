"""Findings of what ends, and of energy between neighbours: thresholds to the day and to the digit."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from accounting.management.findings import Severity
from accounting.management.findings_balances import MeteredMonth, differing_intervals
from accounting.management.findings_energy import links_of, unmatched
from accounting.management.findings_expiry import Let, Measured, calibrations, instruments, tenancies
from accounting.management.meters import Meter
from accounting.management.tenancies import Tenancy
from accounting.scope2.instruments import Attribute, Cancellation, EnergyCarrier, Instrument, Kind
from accounting.supply.network import LossBearer
from accounting.supply.park_energy import Carrier, Reading
from accounting.supply.transfer_terms import TransferTerms

TENANT, SITE, SOURCE = UUID(int=1), UUID(int=2), UUID(int=3)
METER = Measured(
    TENANT,
    SITE,
    UUID(int=4),
    Meter(SOURCE, "E-1", Decimal(1), "kWh", "1", None, date(2024, 7, 1), None, date(2024, 1, 1), None, ""),
)
LET = Let(TENANT, UUID(int=5), Tenancy("B 3", SITE, Decimal(100), "", date(2024, 1, 1), date(2024, 12, 31), ""))


@pytest.mark.parametrize(
    ("today", "severity"),
    [
        (date(2024, 5, 31), None),
        (date(2024, 6, 1), Severity.NOTICE),
        (date(2024, 7, 1), Severity.NOTICE),
        (date(2024, 7, 2), Severity.WARNING),
    ],
)
def test_a_calibration_is_told_thirty_days_before(today: date, severity: Severity | None) -> None:
    assert [one.severity for one in calibrations([METER], today)] == ([severity] if severity else [])


def test_a_meter_that_was_removed_needs_no_calibration() -> None:
    removed = replace(METER, meter=replace(METER.meter, valid_to=date(2024, 6, 10)))
    assert list(calibrations([removed], date(2024, 6, 11))) == []


@pytest.mark.parametrize(("today", "count"), [(date(2024, 10, 1), 0), (date(2024, 10, 2), 1), (date(2025, 1, 1), 0)])
def test_a_lease_is_told_within_the_days_asked(today: date, count: int) -> None:
    assert len(list(tenancies([LET], today, 90))) == count


def test_a_lease_that_is_renewed_is_not_told() -> None:
    renewed = replace(LET, tenancy=replace(LET.tenancy, valid_from=date(2025, 1, 1), valid_to=None))
    assert list(tenancies([LET, renewed], date(2024, 12, 1), 90)) == []
    of_another = replace(renewed, tenant=UUID(int=9))
    assert len(list(tenancies([LET, of_another], date(2024, 12, 1), 90))) == 1


def instrument(kind: Kind, first: date, last: date, **more: object) -> Instrument:
    return Instrument(
        id=str(UUID(int=7)),
        kind=kind,
        carrier=EnergyCarrier.ELECTRICITY,
        attribute=Attribute.NON_FOSSIL,
        market="CN",
        first_month=first,
        last_month=last,
        quantity=Decimal(100),
        rate=None,
        tenant=TENANT,
        site=None,
        claimed_from=first,
        claimed_to=last,
        code="gec",
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("today", "severity"),
    [
        (date(2026, 1, 29), None),
        (date(2026, 1, 30), Severity.WARNING),  # 90 days before 30 April 2026, two years from May 2024 on
        (date(2026, 5, 1), Severity.SEVERE),
        (date(2026, 7, 30), None),
    ],
)
def test_certificates_end_two_years_after_generation(today: date, severity: Severity | None) -> None:
    held = instrument(Kind.GEC, date(2024, 5, 1), date(2024, 5, 1))
    assert [one.severity for one in instruments([held], today, 90)] == ([severity] if severity else [])
    used = replace(held, cancellation=Cancellation(date(2024, 6, 1), Decimal(100)))
    assert list(instruments([used], today, 90)) == []
    assert list(instruments([replace(held, is_sold=True)], today, 90)) == []


def test_a_contract_that_another_follows_is_not_told() -> None:
    held = instrument(Kind.POWER_PURCHASE_AGREEMENT, date(2024, 1, 1), date(2024, 12, 1))
    assert len(list(instruments([held], date(2024, 12, 1), 90))) == 1
    later = instrument(Kind.POWER_PURCHASE_AGREEMENT, date(2025, 1, 1), date(2025, 12, 1))
    assert list(instruments([held, later], date(2024, 12, 1), 90)) == []
    of_another_kind = instrument(Kind.DIRECT_SUPPLY, date(2025, 1, 1), date(2025, 12, 1))
    assert len(list(instruments([held, of_another_kind], date(2024, 12, 1), 90))) == 1


MONTH = date(2024, 3, 1)
CODES = {"op": UUID(int=10), "a": UUID(int=11)}


def transfer(supplied: str | None, received: str | None, *terms: TransferTerms) -> list[tuple[str, UUID]]:
    readings = []
    if supplied is not None:
        readings.append(Reading(CODES["op"], "op", SITE, "supplied.electricity", "a", Decimal(supplied)))
    if received is not None:
        readings.append(Reading(CODES["a"], "a", SITE, "electricity.grid", "op", Decimal(received)))
    found = unmatched(links_of({MONTH: readings}, set(CODES)), CODES, {"op": terms})
    return [(one.message.partition(": ")[2], one.subject.tenant) for one in found]


def test_two_meters_may_differ_by_two_percent() -> None:
    assert transfer("100", "98") == []
    assert transfer("100", "102") == []
    differ = "the electricity meters of op and a differ by 2.01 %; accepted is 2 %."
    assert transfer("100", "97.99") == [(differ, CODES["op"])]


def test_agreed_terms_say_what_they_may_differ_by() -> None:
    terms = TransferTerms(
        "a", Carrier.ELECTRICITY, "", "", Decimal("0.05"), LossBearer.SUPPLIER, date(2024, 1, 1), None, ""
    )
    assert transfer("100", "95", terms) == []
    assert len(transfer("100", "94.9", terms)) == 1
    over = replace(terms, valid_to=date(2024, 2, 29))
    assert len(transfer("100", "95", over)) == 1
    assert len(transfer("100", "95", replace(terms, carrier=Carrier.STEAM))) == 1


def test_a_side_that_is_missing_is_to_be_posted_by_its_tenant() -> None:
    assert transfer("100", None) == [("a posted no electricity bought from op; op did.", CODES["a"])]
    assert transfer(None, "100") == [("op posted no electricity supplied to a; a did.", CODES["op"])]
    assert transfer("0", "0") == []
    assert transfer("0", "5") == [
        ("the electricity meters of op and a differ though nothing was supplied; accepted is 2 %.", CODES["op"])
    ]


def test_what_strangers_supply_has_one_side() -> None:
    outside = Reading(CODES["a"], "a", SITE, "electricity.grid", "grid company", Decimal(5))
    assert links_of({MONTH: [outside]}, set(CODES)) == {}


@pytest.mark.parametrize(("metered", "posted", "count"), [("102", "100", 0), ("102.1", "100", 1), ("5", None, 1)])
def test_intervals_may_differ_from_the_bill_by_two_percent(metered: str, posted: str | None, count: int) -> None:
    bill = None if posted is None else Decimal(posted)
    one = MeteredMonth(TENANT, SITE, SOURCE, MONTH, "electricity.grid", "MJ", Decimal(metered), 3, bill)
    assert len(list(differing_intervals([one]))) == count
