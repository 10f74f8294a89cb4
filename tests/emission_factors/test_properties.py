from decimal import Decimal
from fractions import Fraction

import pytest

from emission_factors.properties import Conversion, NotConvertible, Property, convert, read_properties
from emission_factors.units import unit
from tests.build import item

DENSITY = item("DENSITY", "0.84", "t/m3")
NCV = item("NCV", "42.652", "GJ/t")
GCV = item("GCV", "45.4", "GJ_gross/t")


def converted(source: str, target: str, *known: Property) -> Conversion:
    return convert(unit(source), unit(target), known, "diesel")


@pytest.mark.parametrize(
    ("source", "target", "known", "ratio", "used"),
    [
        ("L", "m3", (), Fraction(1, 1000), []),
        ("kg", "kg", (), Fraction(1), []),
        ("L", "kg", (DENSITY,), Fraction("0.84"), ["DENSITY"]),
        ("kg", "L", (DENSITY,), 1 / Fraction("0.84"), ["DENSITY"]),
        ("t", "GJ", (NCV,), Fraction("42.652"), ["NCV"]),
        ("MWh", "kg", (NCV,), Fraction(3600) / Fraction("42.652"), ["NCV"]),
        ("L", "GJ", (NCV, DENSITY), Fraction("0.84") * Fraction("42.652") / 1000, ["DENSITY", "NCV"]),
        ("GJ", "L", (NCV, DENSITY), 1000 / Fraction("42.652") / Fraction("0.84"), ["NCV", "DENSITY"]),
        ("GJ", "kWh_gross", (NCV, GCV), Fraction("45.4") / Fraction("42.652") / Fraction("0.0036"), ["NCV", "GCV"]),
    ],
)
def test_a_quantity_converts_over_at_most_two_properties(
    source: str, target: str, known: tuple[Property, ...], ratio: Fraction, used: list[str]
) -> None:
    found = converted(source, target, *known)
    assert found.ratio == ratio
    assert [step.via.name for step in found.steps if step.via] == used
    assert found.properties_used == len(used)
    assert found.steps[-1].target == target


def test_steps_name_both_units_and_the_property_used() -> None:
    first, second, last = converted("L", "kWh", DENSITY, NCV).steps
    assert (first.source, first.target, first.via) == ("L", "t", DENSITY)
    assert (second.source, second.target, second.via) == ("t", "GJ", NCV)
    assert (last.source, last.target, last.via, last.ratio) == ("GJ", "kWh", None, Fraction(2500, 9))


def test_the_first_of_equally_short_ways_is_taken_and_a_direct_one_before_a_detour() -> None:
    other = item("DENSITY", "0.9", "kg/L")
    assert converted("L", "kg", other, DENSITY).ratio == Fraction("0.9")
    direct = item("NCV", "36", "MJ/L")
    found = converted("L", "MJ", DENSITY, NCV, direct)
    assert (found.ratio, found.properties_used) == (Fraction(36), 1)


def test_what_does_not_connect_is_refused_with_what_is_missing() -> None:
    with pytest.raises(NotConvertible) as caught:
        converted("L", "GJ", NCV)
    assert str(caught.value) == (
        "from L (volume) to GJ (energy) needs a density or calorific value of diesel, and none is known for the region"
    )
    with pytest.raises(NotConvertible, match="of the substance, and none is known"):
        convert(unit("m3"), unit("t"), (), "")


def test_a_standard_coal_coefficient_converts_nothing() -> None:
    with pytest.raises(NotConvertible):
        converted("kg", "GJ", item("TCE", "1.4571", "kgce/kg"))


def test_more_than_two_properties_are_too_many() -> None:
    chain = (item("DENSITY", "1", "kg/m3"), item("NCV", "1", "MJ/kg"), item("GCV", "1", "MJ/m2"))
    with pytest.raises(NotConvertible):
        converted("L", "m2", *chain)


def test_a_properties_file_is_read_as_printed() -> None:
    header = "record,substance,property,name_en,name_zh,region,data_year,value,value_high,unit,locator,note"
    lines = [
        header,
        "r1,lng,NCV,Net,低位,CN,2024,51.4980,,GJ/t,table C.1,",
        "r2,lng,TCE,Coal,,CN,2020,1.7,1.9,kgce/kg,A,n",
    ]
    first, second = read_properties("made", lines)
    assert (first.property_id, first.substance, first.name) == ("made:r1", "lng", "NCV")
    assert (str(first.value), first.value_high, first.unit) == ("51.4980", None, "GJ/t")
    assert (second.value, second.value_high, second.note) == (Decimal("1.7"), Decimal("1.9"), "n")
    assert list(read_properties("made", [header])) == list(read_properties("made", [])) == []
