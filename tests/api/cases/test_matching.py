"""Which factor of the catalogue a case cites, and that its value is the case's."""

from decimal import Decimal

import pytest

from api.cases.matching import Match, aligned, is_property, matched
from api.cases.plans import Mismatch, Read, Reading, Term
from api.cases.reading import Figure
from tests.api.cases.builders import DESNZ, GBT, HEAT, HUB, IPCC, figure, library


def cited(name: str, value: str, unit: str, source: str) -> Figure:
    return figure(name, value, unit, source, is_input=False)


def match_of(*figures: Figure, wants_biogenic: bool = False) -> Match | None:
    return matched(figures, wants_biogenic, library())


def held(found: Match | None) -> tuple[str, list[str], Reading]:
    assert found is not None
    return found.factor.factor_id, [item.name for item in found.covered], found.reading


DIESEL = (
    cited("NCV", "42.652", "GJ/t", f"{GBT} 柴油"),
    cited("CC", "0.02020", "tC/GJ", f"{GBT} 柴油"),
    cited("OF", "98", "%", f"{GBT} 柴油"),
)


def test_a_factor_printed_as_a_product_is_matched_by_its_terms() -> None:
    found = held(match_of(figure("AD", "30", "t"), *DIESEL))
    assert found == ("cn-gbt-32151-34-2024:diesel", ["NCV", "CC", "OF"], Reading(Read.GAS_MASS, gas="CO2"))


def test_a_measured_calorific_value_leaves_the_factor_per_heat() -> None:
    measured = figure("NCV", "41.9", "GJ/t", "case input", is_input=False)
    assert held(match_of(measured, *DIESEL[1:]))[:2] == ("cn-gbt-32151-34-2024:diesel-energy", ["CC", "OF"])


def test_another_carbon_content_is_a_mismatch() -> None:
    with pytest.raises(
        Mismatch, match=r"CC is 0\.0201 tC/GJ in the case; the service holds cn-gbt-32151-34-2024:diesel"
    ):
        match_of(cited("CC", "0.0201", "tC/GJ", f"{GBT} 柴油"))


def test_joined_records_are_told_apart_by_all_their_parts() -> None:
    figures = (
        cited("BO", "0.25", "kg CH4/kg COD", f"{IPCC} 614965"),
        cited("MCF", "0.8", "fraction", f"{IPCC} 614970"),
    )
    found = held(match_of(*figures))
    assert found == (
        "ipcc-2006-processes:614965+614970",
        ["BO", "MCF"],
        Reading(Read.GAS_MASS, gas="CH4_BIOGENIC"),
    )


def test_one_part_of_a_joined_record_is_held_though_no_factor_is_meant() -> None:
    measured = figure("MCF", "0.45", "fraction", "measured", is_input=False)
    assert match_of(cited("BO", "0.25", "kg CH4/kg COD", f"{IPCC} 614965"), measured) is None


def test_a_printed_total_is_matched_by_its_value() -> None:
    found = held(match_of(cited("S", "0.18296", "kgCO2e/kWh", f"{DESNZ} id 1_100_1004_6_1")))
    assert found == ("uk-desnz-2025:1_100_1004_6", ["S"], Reading(Read.CO2E))


def test_an_id_of_a_gas_reads_that_gas() -> None:
    found = held(match_of(cited("S", "0.00028", "kgCO2e/kWh", f"{DESNZ} id 1_100_1004_6_3")))
    assert found[2] == Reading(Read.GAS_CO2E, gas="CH4")


def test_biogenic_carbon_dioxide_is_read_apart() -> None:
    figure_ = cited("O", "1677.18", "kgCO2/t", f"{DESNZ} id 99_104_1045_15_2")
    assert held(match_of(figure_, wants_biogenic=True))[2] == Reading(Read.BIOGENIC)


def test_a_table_row_is_found_by_its_words_and_unit() -> None:
    per_heat = cited("E1", "53.06", "kgCO2/mmBtu", f"{HUB} table 1 Natural Gas")
    per_volume = cited("E1", "0.05444", "kgCO2/scf", f"{HUB} table 1 Natural Gas")
    assert held(match_of(per_heat))[0] == "us-epa-ghg-hub-2025:t1.natural_gas.mmBtu_gross"
    assert held(match_of(per_volume))[0] == "us-epa-ghg-hub-2025:t1.natural_gas.scf"


def test_a_heat_content_of_the_table_is_left_to_the_service() -> None:
    content = cited("HC", "0.001026", "mmBtu/scf", f"{HUB} table 1 Natural Gas")
    found = match_of(content, cited("E2", "1", "gCH4/mmBtu", f"{HUB} table 1 Natural Gas"))
    assert found is not None
    assert found.reading == Reading(Read.GAS_MASS, gas="CH4")
    assert found.properties == (Term("HC", Decimal("0.001026"), "mmBtu/scf"),)


def test_a_table_row_with_another_value_is_a_mismatch() -> None:
    with pytest.raises(Mismatch, match=r"E1 is 53\.02 kgCO2/mmBtu in the case; the service holds us-epa"):
        match_of(cited("E1", "53.02", "kgCO2/mmBtu", f"{HUB} table 1 Natural Gas"))


def test_a_unit_is_compared_by_what_it_measures() -> None:
    assert held(match_of(cited("EF", "0.11", "tCO2/GJ", HEAT)))[0] == "cn-heat-and-carbonates:heat_default"
    assert held(match_of(cited("EF", "396", "kgCO2/MWh", HEAT)))[0] == "cn-heat-and-carbonates:heat_default"


@pytest.mark.parametrize("source", ["case input", "uk-desnz-conversion-factors-2025.csv id 9_9_9_9_1", ""])
def test_what_is_not_held_is_no_match(source: str) -> None:
    assert match_of(cited("EF", "1", "kgCO2e/kWh", source)) is None


@pytest.mark.parametrize(
    ("given", "factor_unit", "sent"),
    [
        ("kWh", "kWh_gross", "kWh_gross"),
        ("kWh (gross CV)", "kWh_gross", "kWh (gross CV)"),
        ("mmBtu", "mmBtu_gross", "mmBtu_gross"),
        ("10^4 m3", "10^4Nm3", "10^4Nm3"),
        ("USD", "USD_2022", "USD_2022"),
        ("t", "kWh", "t"),
        ("gal", "L", "gal"),
    ],
)
def test_a_quantity_is_spelled_as_the_publisher_means_it(given: str, factor_unit: str, sent: str) -> None:
    assert aligned(given, factor_unit) == sent


def test_properties_are_told_from_factors() -> None:
    assert is_property(figure("HC", "1", "mmBtu/scf"))
    assert not is_property(figure("EF", "1", "kgCO2/scf"))
    assert not is_property(figure("MCF", "1", "fraction"))
