"""The park method: the worked park of notice 910, signs and zeros, and what is missing."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as holds_for
from hypothesis import strategies as st

from accounting.indicators.park_lines import (
    NOTICE_910,
    BadParkLine,
    Conversion,
    ElectricityKind,
    FuelUse,
    HeatKind,
    MethodFactors,
    ParkLine,
    Part,
    Side,
    conversion,
    electricity,
    fuel,
    given,
    heat,
    process,
)
from accounting.indicators.park_method import ParkEmissions, park_emissions
from emission_factors.releases import shipped_catalogue

GAS = Fraction("389.31") * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
"""T CO2 per 10^4 Nm3: 21.62188809, GB/T 32151.34-2024 table C.1."""

AMOUNTS = st.fractions(0, 10_000, max_denominator=1000)


def exactly(*values: int | str) -> tuple[Fraction, ...]:
    return tuple(Fraction(value) for value in values)


def burnt(quantity: str | None = "3000", factor: Fraction | None = GAS, **more: Any) -> ParkLine:
    amount = None if quantity is None else Fraction(quantity)
    named = {"name": "natural gas", "use": FuelUse.FINAL, **more}
    return fuel(quantity=amount, unit="10^4Nm3", factor=factor, source="GB/T 32151.34-2024", **named)


def power(mwh: int | None, kind: ElectricityKind = ElectricityKind.GRID, side: Side = Side.IN, **more: Any) -> ParkLine:
    return electricity("power", kind, side, None if mwh is None else Fraction(mwh), **more)


def park(**parts: Sequence[ParkLine]) -> ParkEmissions:
    """A park that states every part, those not named here as nothing."""
    return park_emissions({part: parts.get(part.lower(), ()) for part in Part})


def worked() -> ParkEmissions:
    return park(
        fuel=[burnt(activities=("a1", "a2"))],
        electricity=[
            power(320_000, ElectricityKind.DIRECT_NON_FOSSIL),
            power(230_000, ElectricityKind.GREEN_CERTIFICATE),
            power(50_000, activities=("a3", "a2")),
        ],
        heat=[heat("steam", HeatKind.FOSSIL, Side.IN, Fraction(100_000))],
    )


def test_the_worked_park() -> None:
    found = worked()  # V19
    assert found.of(Part.FUEL) == Fraction("64865.66427")
    assert (found.of(Part.ELECTRICITY), found.of(Part.HEAT)) == exactly(41_625, 11_000)
    assert (found.indirect, found.energy) == exactly(52_625, "117490.66427")
    assert (found.of(Part.CONVERSION), found.of(Part.PROCESS)) == exactly(0, 0)
    assert found.park == found.energy
    assert (found.missing, found.activities) == ((), ("a1", "a2", "a3"))


def test_the_small_examples_of_the_annex() -> None:
    made = [
        conversion("crude", Conversion.REFINING, Side.IN, Fraction(1000), "t", Fraction(3), "carbon x 44/12"),
        conversion("diesel", Conversion.REFINING, Side.OUT, Fraction(900), "t", Fraction("3.05"), "carbon x 44/12"),
    ]
    kiln = [process("clinker", Fraction(1000), "t", Fraction("0.5"), "provincial inventory")]
    flows = [power(50_000), power(4_000, ElectricityKind.OWN_FOSSIL, Side.OUT)]
    found = park(conversion=made, process=kiln, electricity=flows)
    assert (found.of(Part.CONVERSION), found.of(Part.PROCESS)) == exactly(255, 500)
    assert found.of(Part.ELECTRICITY) == 38_295
    assert (found.energy, found.park) == exactly(38_550, 39_050)


@pytest.mark.parametrize("kind", [kind for kind in ElectricityKind if kind.is_green])
def test_green_power_is_zero_and_gives_no_credit(kind: ElectricityKind) -> None:
    assert power(1000, kind).emissions == 0
    assert power(1000, kind, Side.OUT).emissions == 0
    assert (power(1000).emissions, power(1000, side=Side.OUT).emissions) == (Fraction("832.5"), Fraction("-832.5"))


def test_three_kinds_are_green() -> None:
    assert [kind.name for kind in ElectricityKind if kind.is_green] == [
        "DIRECT_NON_FOSSIL",
        "GREEN_CERTIFICATE",
        "GREEN_TRADE",
    ]


def test_net_electricity_by_kind() -> None:
    found = park(
        electricity=[
            power(100),
            power(30, side=Side.OUT),
            power(7, ElectricityKind.GREEN_TRADE),
            power(5, ElectricityKind.DIRECT_NON_FOSSIL),
        ]
    )
    assert found.net_mwh(ElectricityKind.GRID) == 70
    assert found.net_mwh(ElectricityKind.GREEN_TRADE, ElectricityKind.DIRECT_NON_FOSSIL) == 12
    assert park(electricity=[power(None), power(1, side=Side.OUT)]).net_mwh(ElectricityKind.GRID) is None
    assert park_emissions({}).net_mwh(ElectricityKind.GRID) is None


def test_a_measured_factor_of_heat_goes_before_the_method() -> None:
    measured = {"measured": Fraction("0.0726"), "measured_source": "supplier, 2025"}
    found = heat("steam", HeatKind.FOSSIL, Side.IN, Fraction(1000), **measured)  # type: ignore[arg-type]
    assert (found.emissions, found.source) == (Fraction("72.6"), "supplier, 2025")
    assert heat("steam", HeatKind.FOSSIL, Side.OUT, Fraction(1000)).emissions == -110
    assert heat("steam", HeatKind.NON_FOSSIL, Side.IN, Fraction(1000)).emissions == 0


def test_figures_are_an_argument() -> None:
    later = MethodFactors(Decimal("0.8273"), Decimal("0.1"), "a later edition")
    assert power(1000, factors=later).emissions == Fraction("827.3")
    assert heat("steam", HeatKind.FOSSIL, Side.IN, Fraction(10), factors=later).emissions == 1


def test_figures_are_those_of_the_catalogue() -> None:
    published = shipped_catalogue(2).factors
    kilograms = {"electricity_other": NOTICE_910.electricity, "heat_fossil_default": NOTICE_910.heat * 1000}
    for name, value in kilograms.items():
        assert dict(published[f"cn-notice-910-2025:{name}"].gases) == {"CO2": Fraction(value)}


def test_a_total_of_a_footprint_is_a_line_of_its_own() -> None:
    lines = [given(Part.HEAT, "net heat", Fraction(5), "footprint under NDRC_910_2025", ("a1",), Side.OUT)]
    assert park(heat=lines).park == -5


def test_bunkers_are_in_the_total_and_apart() -> None:
    found = park(fuel=[burnt("1", Fraction(2)), burnt("3", Fraction(2), name="fuel oil", is_bunker=True)])
    assert (found.park, found.bunkers) == exactly(8, 6)
    assert park_emissions({}).bunkers is None


def test_a_part_not_stated_is_missing_and_not_zero() -> None:
    found = park_emissions({Part.FUEL: [burnt()], Part.HEAT: ()})
    assert found.missing == (
        "CONVERSION is not stated",
        "ELECTRICITY is not stated",
        "PROCESS is not stated",
    )
    assert (found.of(Part.FUEL), found.of(Part.HEAT)) == exactly("64865.66427", 0)
    assert (found.indirect, found.energy, found.park) == (None, None, None)


@pytest.mark.parametrize(
    ("line", "missing"),
    [(burnt(None), "quantity of natural gas"), (burnt(factor=None), "factor of natural gas")],
)
def test_a_line_without_quantity_or_factor_is_missing(line: ParkLine, missing: str) -> None:
    found = park(fuel=[line, burnt("1", name="other gas")])
    assert (found.missing, found.of(Part.FUEL), found.park) == ((missing,), None, None)
    assert found.indirect == 0


def test_green_power_without_a_quantity_is_missing_though_its_factor_is_zero() -> None:
    found = park(electricity=[power(None, ElectricityKind.GREEN_TRADE)])
    assert (found.park, found.missing) == (None, ("quantity of power",))


@pytest.mark.parametrize(
    ("build", "field", "words"),
    [
        (lambda: burnt("-1"), "quantity", "is -1"),
        (lambda: burnt(factor=Fraction(-2)), "factor", "is -2"),
        (lambda: process("lime", Fraction(1), "t", Fraction(1), " "), "source", "lime names no source"),
        (lambda: power(1, ElectricityKind.OWN_FOSSIL), "kind", "made in the park"),
        (
            lambda: heat("steam", HeatKind.NON_FOSSIL, Side.IN, Fraction(1), measured=Fraction(1), measured_source="x"),
            "measured",
            "non-fossil",
        ),
        (lambda: heat("steam", HeatKind.FOSSIL, Side.IN, Fraction(1), measured=Fraction(1)), "source", "no source"),
        (
            lambda: ParkLine(Part.HEAT, "steam", None, Side.IN, None, "GJ", None, "", is_bunker=True),
            "isBunker",
            "only fuel",
        ),
        (lambda: park(heat=[power(1)]), "part", "is of ELECTRICITY and stands under HEAT"),
        (lambda: park(electricity=[power(1), power(2)]), "name", "stated twice as GRID IN"),
    ],
)
def test_a_contradiction_is_refused(build: Any, field: str, words: str) -> None:
    with pytest.raises(BadParkLine, match=words) as caught:
        build()
    assert caught.value.field == field


@holds_for(st.lists(st.tuples(st.sampled_from(ElectricityKind), st.sampled_from(Side), AMOUNTS), max_size=8), AMOUNTS)
def test_the_parts_add_up_to_the_park(
    flows: list[tuple[ElectricityKind, Side, Fraction]], fuel_tonnes: Fraction
) -> None:
    lines = [
        electricity(f"flow {at}", kind, side, mwh)
        for at, (kind, side, mwh) in enumerate(flows)
        if (kind, side) != (ElectricityKind.OWN_FOSSIL, Side.IN)
    ]
    found = park(electricity=lines, fuel=[given(Part.FUEL, "fuel", fuel_tonnes, "footprint")])
    grey = found.net_mwh(ElectricityKind.GRID, ElectricityKind.OWN_FOSSIL)
    assert grey is not None
    assert found.park == fuel_tonnes + grey * Fraction("0.8325")
    assert found.park == sum((found.of(part) or Fraction(0) for part in Part), Fraction(0))
