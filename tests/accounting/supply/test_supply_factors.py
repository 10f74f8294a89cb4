"""Internal supply in a footprint: what was sold on leaves scope 2 to the digit, a month that failed is a gap."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from accounting.amounts import Amounts
from accounting.footprints import Cell, Footprint
from accounting.scope2.coverage import Covered
from accounting.scope2.instruments import Instrument
from accounting.supply.park_energy import Reading
from accounting.supply.park_supply import BIOGENIC, CO2E, UNSPLIT, Declared, ParkSupply, park_supply, vector
from accounting.supply.supply_factors import as_supplied, factors_of_supply
from emission_factors.decimals import EXACT, total
from emission_factors.factors import GasBasis, Origin
from tests.build import cell, number

OPERATOR, CUSTOMER, SITE = number(1), number(2), number(3)
CODES = {OPERATOR: "op", CUSTOMER: "a"}
MARCH = date(2025, 3, 1)


def supply(bought: str = "300", sold: str = "100") -> ParkSupply:
    """An operator that buys power and sells some of it; nothing emits, so that no factor is needed."""
    readings = [
        Reading(OPERATOR, "op", SITE, "electricity.grid", "", Decimal(bought)),
        Reading(OPERATOR, "op", SITE, "supplied.electricity", "a", Decimal(sold)),
        Reading(CUSTOMER, "a", SITE, "electricity.grid", "op", Decimal(sold)),
    ]
    return park_supply(CODES, {MARCH: readings}, Footprint((), ()), Declared())


def posted(quantity: str, covered: tuple[str, ...] = ()) -> Cell:
    parts = tuple(Covered(cast("Instrument", None), Decimal(part), Decimal(0), "") for part in covered)
    made = cell("electricity.grid", quantity, "MJ", day=MARCH, tenant=OPERATOR, site=SITE)
    return replace(made, covered=parts)


def test_a_third_sold_on_is_a_third_of_the_purchase() -> None:
    kept, resold = as_supplied(supply(), posted("300"))
    assert (kept.activity_type, kept.quantity) == ("electricity.grid", Decimal(200))
    assert (resold.activity_type, resold.quantity) == ("electricity.resold", Decimal(100))


@given(st.decimals("0.001", 10**9, places=6), st.integers(1, 6), st.integers(7, 13), st.integers(0, 100))
def test_parts_and_what_instruments_cover_add_up_to_the_digit(
    quantity: Decimal, sold: int, bought: int, percent: int
) -> None:
    first = EXACT.multiply(quantity, Decimal(percent).scaleb(-2))
    rest = EXACT.subtract(quantity, first)
    whole = posted(str(quantity), (str(first), str(rest)))
    kept, resold = as_supplied(supply(str(bought), str(sold)), whole)
    assert EXACT.add(kept.quantity, resold.quantity) == quantity
    assert abs(Fraction(resold.quantity) / Fraction(quantity) - Fraction(sold, bought)) < Fraction(1, 10**40)
    # Certificates that cover all of a purchase cover all of what is kept of it, and no more.
    assert total(part.quantity for part in kept.covered) == kept.quantity
    assert resold.covered == ()


def test_what_passes_nothing_on_stays_as_posted() -> None:
    heat = replace(posted("5"), activity_type="steam.purchased")
    fuel = replace(posted("5"), activity_type="stationary.diesel")
    other_month = replace(posted("5"), day=date(2025, 4, 1))
    for one in (heat, fuel, other_month):
        assert list(as_supplied(supply(), one)) == [one]


def test_a_month_that_failed_is_a_gap_for_customers_alone() -> None:
    unfed = Reading(OPERATOR, "op", SITE, "supplied.steam", "a", Decimal(5))
    found = park_supply(CODES, {MARCH: [unfed]}, Footprint((), ()), Declared())
    assert "which no plant or import feeds" in str(found.failed[MARCH])
    bought = replace(posted("5"), tenant=CUSTOMER, supplier="op", activity_type="steam.purchased")
    [gap] = as_supplied(found, bought)
    assert gap.unbounded is found.failed[MARCH]
    elsewhere = replace(bought, supplier="State Grid")
    assert list(as_supplied(found, elsewhere)) == [elsewhere]


def test_a_factor_of_supply_is_the_suppliers_for_its_month() -> None:
    factors = factors_of_supply(supply(), {CUSTOMER})[CUSTOMER]
    [factor] = factors["electricity.grid", "location"]
    assert (factor.origin, factor.supplier, factor.valid_from, factor.valid_to) == (
        Origin.SUPPLIER,
        "op",
        MARCH,
        date(2025, 3, 31),
    )
    assert (factor.basis, factor.unit) == (GasBasis.GAS_MASSES, "MJ")
    assert set(factors) >= {("electricity.grid", "market"), ("electricity.resold", "resale")}
    assert ("electricity.grid", "upstream") not in factors
    assert factors_of_supply(supply(), ()) == {}


def test_a_vector_keeps_every_gas_and_what_has_none() -> None:
    amounts = Amounts(
        co2e=Decimal("12.5"),
        gases={"CO2": Decimal(10)},
        co2e_unsplit=Decimal("2.5"),
        outside={"HCFC-22": Decimal(3)},
        biogenic=Decimal(4),
    )
    assert dict(vector(amounts).parts) == {
        "CO2": 10,
        "HCFC-22": 3,
        CO2E: Fraction(25, 2),
        UNSPLIT: Fraction(5, 2),
        BIOGENIC: 4,
    }
