"""Headrooms: the shares of notice 910, the worked park, exactness, and the sizes at which the threshold changes."""

from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.indicators.headroom import (
    BadHeadroom,
    Carrier,
    Headrooms,
    ParkEnergy,
    Share,
    ShareRange,
    gas_share,
    green_share,
    grey_electricity,
    headrooms,
)
from accounting.indicators.national import CORE, NATIONAL

LOW, HIGH = Fraction("0.2"), Fraction("0.3")
NIL, WHOLE = Fraction(0), Fraction(1)
NCV = Fraction("389.31")
GAS_TONNES = NCV * Fraction("0.0153") * Fraction("0.99") * Fraction(44, 12)
"""T CO2 per 10^4 Nm3, GB/T 32151.34-2024 table C.1."""
GAS = Carrier("natural gas", "10^4Nm3", GAS_TONNES, NCV / Fraction("29.3076"), "GB/T 32151.34-2024; GB/T 2589-2020")
GAS_1330 = replace(GAS, energy=Fraction("13.3"))
"""Gas at 1.33 kgce/Nm3, as the worked park counts it."""
POWER = grey_electricity(Fraction("0.3"), "thermal plants of the year")


def digits(value: Fraction | None, places: str) -> Decimal:
    assert value is not None
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(places), ROUND_HALF_EVEN)


def park(**changed: Any) -> ParkEnergy:
    """The worked park of notice 910: V19."""
    fields = {"emissions": "117490.66427", "energy": "223312", "grey": "50000", "green": "550000", "burnt": "3000"}
    numbers: dict[str, Any] = {name: Fraction(changed.pop(name, value)) for name, value in fields.items()}
    return ParkEnergy(electricity=POWER, gas=GAS_1330, **numbers, **changed)


def one(found: ParkEnergy) -> Headrooms:
    (only,) = headrooms(CORE, found)
    return only


def test_what_a_park_of_one_carrier_scores() -> None:
    assert POWER.intensity == Fraction("2.775")  # V20
    assert digits(GAS.intensity, "0.0001") == Decimal("1.6277")
    assert POWER.emissions == Fraction("0.8325")
    assert POWER.source.startswith("发改环资〔2025〕910号 annex 4")
    assert POWER.source.endswith("thermal plants of the year")


@pytest.mark.parametrize(("threshold", "green"), [(LOW, "92.793"), (HIGH, "89.189")])
def test_how_green_an_all_electric_park_must_be(threshold: Fraction, green: str) -> None:
    found = green_share(threshold, POWER)
    assert found.green_needed is not None
    assert digits(found.green_needed * 100, "0.001") == Decimal(green)  # V20
    assert found.grey_allowed == 1 - found.green_needed == threshold / Fraction("2.775")


def test_how_much_gas_there_may_be_with_green_power_alone() -> None:
    found = gas_share(LOW, GAS, POWER, Fraction(1))
    assert found is not None
    assert found.least == 0
    assert digits(found.most * 100, "0.001") == Decimal("12.287")  # V20


def test_at_eight_percent_gas_two_and_a_half_may_be_grey() -> None:
    found = green_share(LOW, POWER, [Share(GAS, Fraction("0.08"))])
    assert found.grey_allowed is not None
    assert digits(found.grey_allowed * 100, "0.1") == Decimal("2.5")
    assert found.green_needed == 1 - found.grey_allowed / Fraction("0.92")


def test_more_gas_than_that_is_beyond_green_power() -> None:
    found = green_share(LOW, POWER, [Share(GAS, Fraction("0.12288"))])
    assert (found.grey_allowed, found.green_needed) == (None, None)
    assert green_share(LOW, POWER, [Share(GAS, Fraction("0.12287"))]).green_needed is not None


def test_a_park_needs_no_more_green_than_it_has_power() -> None:
    clean = Carrier("biomass", "t", Fraction(0), Fraction("0.5"), "annex 4 counts no biogenic CO2")
    found = green_share(LOW, POWER, [Share(clean, Fraction("0.95"))])
    assert (found.grey_allowed, found.green_needed) == (Fraction("0.05"), NIL)
    assert green_share(LOW, POWER, [Share(clean, Fraction(1))]).green_needed == 0


def test_gas_share_on_every_side_of_the_threshold() -> None:
    assert gas_share(LOW, GAS, POWER, Fraction("0.92")) is None  # too grey, and gas makes it worse
    assert gas_share(Fraction(2), GAS, POWER, Fraction(1)) == ShareRange(Fraction(0), Fraction(1))
    replacing = gas_share(Fraction(2), GAS, POWER, Fraction(0))  # a province's lax line: gas in place of grey power
    assert replacing is not None
    assert (replacing.least, replacing.most) == ((POWER.intensity - 2) / (POWER.intensity - GAS.intensity), WHOLE)
    assert gas_share(LOW, GAS, POWER, 1 - LOW / POWER.intensity) == ShareRange(Fraction(0), Fraction(0))


def test_the_worked_park_is_beyond_green_power_alone() -> None:
    found = one(park())
    assert (found.threshold, found.is_reference) == (LOW, False)
    assert found.excess == Fraction("117490.66427") - Fraction("44662.4")
    assert (found.electricity.is_reachable, found.electricity.needed, found.electricity.allowed) == (False, None, None)
    assert found.electricity.room == 0
    assert digits(found.electricity.intensity_without, "0.0001") == Decimal("0.3397")
    assert (found.gas.is_reachable, found.gas.needed) == (False, None)


def test_the_worked_park_all_green_must_save_gas() -> None:
    found = one(park().with_grey(Fraction(0)))
    assert digits(found.gas.needed, "0.01") == Decimal("1645.58")  # 31,203.26 t / (21.62189 - 0.2 x 13.3) t
    assert found.gas.allowed == 3000 - (found.gas.needed or 0)
    assert (found.gas.room, found.gas.leaves_band) == (NIL, False)


def test_a_park_that_needs_green_power() -> None:
    found = one(park(emissions="60000", burnt="500"))
    assert found.electricity.needed == Fraction("15337.6") / Fraction("0.8325")
    assert found.electricity.used - found.electricity.needed == found.electricity.allowed
    assert found.electricity.room == 0


def test_a_park_with_room() -> None:
    found = one(park(emissions="44000", burnt="100"))
    assert found.excess == Fraction("-662.4")
    assert (found.electricity.needed, found.gas.needed) == (NIL, NIL)
    assert found.electricity.room == Fraction("662.4") / Fraction("0.8325")
    assert found.gas.room == Fraction("662.4") / (GAS_TONNES - LOW * Fraction("13.3"))


def test_no_more_power_can_be_grey_than_there_is() -> None:
    found = one(park(emissions="44000", burnt="100", green="700")).electricity
    assert (found.allowed, found.is_reachable, found.needed, found.room) == (None, True, NIL, None)


def test_saving_gas_may_leave_the_sizes_that_have_a_threshold() -> None:
    found = one(park(emissions="45500", energy="200010", burnt="1000", green="500000"))
    assert found.gas.leaves_band  # 5,498 t less need 290 x 10^4 Nm3 less, which are 3,857 tce
    assert found.gas.allowed is not None
    assert (
        park(emissions="45500", energy="200010", burnt="1000", green="500000").with_gas(found.gas.allowed).energy
        < 200_000
    )
    assert not found.electricity.leaves_band


def test_a_park_without_threshold_gets_both_lines_for_reference() -> None:
    small = park(emissions="20000", energy="90000", grey="10000", green="20000", burnt="100")
    low, high = headrooms(CORE, small)
    assert [(found.threshold, found.is_reference) for found in (low, high)] == [(LOW, True), (HIGH, True)]
    assert (low.excess, high.excess) == (Fraction(2_000), Fraction(-7_000))
    assert low.electricity.needed == 2_000 / Fraction("0.8325")


def test_green_power_may_count_less_than_other_power() -> None:
    equal = Fraction("0.1229")  # tce/MWh at equal value, GB/T 2589-2020
    found = park(emissions="60000", burnt="500", green_energy=equal)
    allowed = one(found).electricity.allowed
    assert allowed is not None
    assert allowed < (one(park(emissions="60000", burnt="500")).electricity.allowed or 0)  # the total shrinks with it
    after = found.with_grey(allowed)
    assert after.intensity == LOW
    assert found.energy - after.energy == (50_000 - allowed) * (Fraction("0.3") - equal)


@pytest.mark.parametrize("emissions", ["1", "2.66"])  # 0.075 t CO2/tce, and 0.2 itself
def test_a_carrier_no_worse_than_the_threshold_does_not_decide(emissions: str) -> None:
    clean = replace(GAS_1330, emissions=Fraction(emissions))
    passing, failing = (one(replace(park(emissions=tonnes), gas=clean)).gas for tonnes in ("44000", "45000"))
    assert (passing.allowed, passing.is_reachable, passing.needed, passing.room) == (None, True, NIL, None)
    assert (failing.allowed, failing.is_reachable, failing.needed, failing.room) == (None, False, None, NIL)


def test_a_park_of_gas_alone_has_nothing_without_it() -> None:
    burnt = Fraction(20_000)
    alone = ParkEnergy(GAS.emissions * burnt, GAS.energy * burnt, POWER, NIL, NIL, GAS, burnt)
    found = one(alone).gas
    assert (found.is_reachable, found.intensity_without) == (False, None)


@pytest.mark.parametrize(
    ("build", "field", "words"),
    [
        (lambda: park(energy="0"), "energy", "tce of 0"),
        (lambda: park(grey="-1"), "energy", "-1 MWh"),
        (lambda: park(green="-1"), "energy", "-1 MWh of green"),
        (lambda: park(burnt="-1"), "energy", "-1 10"),
        (lambda: park(green="570000"), "energy", "225900 tce of 223312"),
        (lambda: park(green_energy=Fraction(-1)), "energy", "none of them negative"),
        (lambda: park().with_grey(Fraction(600_001)), "energy", "-1 MWh of green"),
        (lambda: Carrier("gas", "Nm3", Fraction(-1), Fraction(1), "x"), "carrier", "emits -1 t"),
        (lambda: Carrier("gas", "Nm3", Fraction(1), Fraction(0), "x"), "carrier", "counts as 0 tce"),
        (lambda: green_share(LOW, POWER, [Share(GAS, Fraction(2))]), "share", "natural gas is 2"),
        (lambda: green_share(LOW, POWER, [Share(GAS, Fraction("0.6"))] * 2), "others", "are 1.2 together"),
        (lambda: green_share(LOW, replace(POWER, emissions=Fraction(0))), "electricity", "emits nothing"),
        (lambda: gas_share(LOW, GAS, POWER, Fraction(-1)), "share", "green power is -1"),
        (lambda: headrooms(NATIONAL.indicators[1], park()), "indicator", "CLEAN_ENERGY_SHARE is AT_LEAST in 1"),
    ],
)
def test_what_there_cannot_be_is_refused(build: Any, field: str, words: str) -> None:
    with pytest.raises(BadHeadroom, match=words) as caught:
        build()
    assert caught.value.field == field


SHARES = st.fractions(0, 1, max_denominator=1000)
COEFFICIENTS = st.fractions(Fraction(1, 10), Fraction(1, 2), max_denominator=100)


@given(SHARES, st.sampled_from([LOW, HIGH, Fraction(2)]), COEFFICIENTS)
def test_the_green_share_put_in_gives_the_threshold(gas: Fraction, threshold: Fraction, coefficient: Fraction) -> None:
    power = grey_electricity(coefficient, "drawn")
    found = green_share(threshold, power, [Share(GAS, gas)])
    if found.grey_allowed is None or found.green_needed is None:
        assert gas * GAS.intensity > threshold
        return
    assert 0 <= found.green_needed <= 1
    scored = gas * GAS.intensity + found.grey_allowed * power.intensity
    assert scored == threshold or (found.green_needed == 0 and scored < threshold)
    assert found.grey_allowed == (1 - gas) * (1 - found.green_needed)


@given(SHARES, SHARES, st.sampled_from([LOW, HIGH, Fraction(2)]))
def test_a_gas_share_is_in_the_range_exactly_where_it_meets_the_threshold(
    green: Fraction, gas: Fraction, threshold: Fraction
) -> None:
    found = gas_share(threshold, GAS, POWER, green)
    scored = gas * GAS.intensity + (1 - gas) * (1 - green) * POWER.intensity
    assert (scored <= threshold) is (found is not None and found.least <= gas <= found.most)


@st.composite
def parks(draw: st.DrawFn) -> ParkEnergy:
    """Parks of gas, electricity and something else, whose emissions are what their parts emit and a rest."""
    grey, green, burnt = (draw(st.integers(0, most)) for most in (600_000, 1_500_000, 4_000))
    green_energy = draw(st.sampled_from([None, Fraction("0.1229"), Fraction("0.3"), Fraction("0.35")]))
    rest = draw(st.integers(1, 400_000))
    per_green = POWER.energy if green_energy is None else green_energy
    return ParkEnergy(
        emissions=grey * POWER.emissions + burnt * GAS.emissions + draw(st.integers(0, 30_000)),
        energy=grey * POWER.energy + green * per_green + burnt * GAS.energy + rest,
        electricity=POWER,
        grey=Fraction(grey),
        green=Fraction(green),
        gas=GAS,
        burnt=Fraction(burnt),
        green_energy=green_energy,
    )


@given(parks())
def test_a_headroom_put_in_gives_the_threshold_exactly(found: ParkEnergy) -> None:
    for room in headrooms(CORE, found):
        ways = ((room.electricity, found.with_grey), (room.gas, found.with_gas))
        for headroom, put in ways:
            if headroom.allowed is None:
                continue
            after = put(headroom.allowed)
            assert after.intensity == room.threshold
            assert headroom.leaves_band is (CORE.threshold_at(after.energy) != CORE.threshold_at(found.energy))


@given(parks())
def test_need_and_room_exclude_each_other(found: ParkEnergy) -> None:
    for room in headrooms(CORE, found):
        for headroom in (room.electricity, room.gas):
            if headroom.is_reachable:
                assert (headroom.needed == 0) is (room.excess <= 0)
                assert (headroom.room == 0) is (room.excess >= 0)
            else:
                assert (headroom.needed, headroom.room) == (None, NIL)
                assert headroom.intensity_without is None or headroom.intensity_without > room.threshold


@given(parks(), SHARES)
def test_less_grey_power_lowers_what_is_needed_by_as_much(found: ParkEnergy, part: Fraction) -> None:
    as_other_power = replace(found, energy=found.energy + found.green * POWER.energy, green_energy=None)
    less = found.grey * part
    after = as_other_power.with_grey(found.grey - less)
    for room, later in zip(headrooms(CORE, as_other_power), headrooms(CORE, after), strict=True):
        assert room.electricity.allowed == later.electricity.allowed
        if room.electricity.needed:
            assert later.electricity.needed == max(NIL, room.electricity.needed - less)
