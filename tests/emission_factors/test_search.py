from datetime import date
from typing import Any

import pytest

from emission_factors.activity_types import UnknownActivityType, all_activity_types
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Purpose
from emission_factors.search import FactorFilter, find_activity_types, find_factors
from tests.build import dataset, factor, made, shipped

GAS = factor("gas", "1", name_en="Natural gas, boilers", name_zh="天然气锅炉", path="Fuels > Gaseous", data_year=2022)
PIPE = factor("pipe", "1", name_en="Pipeline losses", name_zh="管道损失", path="Fuels > Natural gas", region="GB")
POWER = factor(
    "power",
    "1",
    name_en="Grid electricity",
    kinds=("electricity.grid",),
    unit="kWh",
    purposes=frozenset({Purpose.PARK}),
    valid_to=date(2024, 12, 31),
    of=dataset("uk-desnz-2031", publisher="Department for Energy", title="Conversion Factors"),
)
CATALOGUE = made(PIPE, GAS, POWER)


def found(catalogue: Catalogue = CATALOGUE, **fields: Any) -> list[str]:
    asked = FactorFilter(**fields)
    return [item.factor_id.partition(":")[2] for item in find_factors(catalogue, asked)]


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ("natural gas", ["gas", "pipe"]),
        ("Natural GAS.", ["gas", "pipe"]),
        ("natu", ["gas", "pipe"]),
        ("atural", []),
        ("gas pipeline", ["pipe"]),
        ("天然气", ["gas"]),
        ("然气", ["gas"]),
        ("管道 pipeline", ["pipe"]),
        ("天然气锅炉 gas", ["gas"]),
        ("用电", ["power"]),
        ("desnz", ["power"]),
        ("uk-desnz-2031", ["power"]),
        ("britain", ["pipe"]),
        ("2022", ["gas"]),
        ("kwh", ["power"]),
        ("steam", []),
        ("лед", []),
        ("???", []),
        ("", ["pipe", "gas", "power"]),
        ("  ", ["pipe", "gas", "power"]),
    ],
)
def test_words_are_matched_by_their_beginning_and_names_count_more(text: str, records: list[str]) -> None:
    assert found(text=text) == records


@pytest.mark.parametrize(
    ("fields", "records"),
    [
        ({"region": "GB"}, ["pipe"]),
        ({"data_year": 2022}, ["gas"]),
        ({"publisher": "ENERGY"}, ["power"]),
        ({"dataset": "made"}, ["pipe", "gas"]),
        ({"dataset": "made", "record": "gas"}, ["gas"]),
        ({"record": "ga"}, []),
        ({"purpose": Purpose.PARK}, ["power"]),
        ({"kind": "kind"}, ["pipe", "gas"]),
        ({"activity_type": "electricity.grid"}, ["power"]),
        ({"activity_type": "stationary.diesel"}, []),
        ({"valid_on": date(2022, 6, 1)}, ["gas"]),
        ({"valid_on": date(2024, 12, 31)}, ["pipe", "gas", "power"]),
        ({"valid_on": date(2025, 1, 1)}, ["pipe", "gas"]),
        ({"text": "gas", "region": "GB"}, ["pipe"]),
    ],
)
def test_each_field_of_the_filter_restricts(fields: dict[str, Any], records: list[str]) -> None:
    assert found(**fields) == records


def test_an_unqualified_type_means_all_its_qualifiers() -> None:
    gases = made(
        factor("a", kinds=("gas/R-410A",)), factor("b", kinds=("gas/HFC-32",)), factor("c", kinds=("gaseous",))
    )
    assert found(gases, activity_type="refrigerant.leaked") == ["a", "b"]
    assert found(gases, activity_type="refrigerant.leaked/HFC-32") == ["b"]


def test_a_fallback_kind_and_a_complement_are_kinds_of_the_type() -> None:
    kinds = made(
        factor("mix", kinds=("electricity.market",)),
        factor("non_co2", kinds=("fuel.diesel.stationary_non_co2",)),
        factor("wtt", kinds=("fuel.diesel.wtt",)),
    )
    assert found(kinds, activity_type="electricity.grid") == ["mix"]
    assert found(kinds, activity_type="stationary.diesel") == ["non_co2", "wtt"]


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(UnknownActivityType):
        found(activity_type="stationary.plutonium")
    with pytest.raises(UnknownActivityType):
        found(activity_type="electricity.grid/CN")


def test_the_shipped_catalogue_is_found_in_both_languages() -> None:
    assert found(shipped(), text="electricity 广东", data_year=2023)[0] == "CN-GD"
    assert found(shipped(), text="R-410A") == ["gas-R-410A"]
    hotels = [name for name, item in shipped().factors.items() if name.startswith("uk-desnz") and "Hotel" in item.path]
    assert sorted(found(shipped(), text="desnz hotel")) == sorted(name.partition(":")[2] for name in hotels)
    assert len(hotels) == 156
    assert found(shipped(), dataset="uk-desnz-2025", record="20_507_5292_15") == ["20_507_5292_15"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("diesel", "stationary.diesel"),
        ("柴油", "stationary.diesel"),
        ("refrigerant leak", "refrigerant.leaked"),
        ("hot water", "heat.hot_water"),
        ("蒸汽", "steam.purchased"),
    ],
)
def test_activity_types_are_found_by_words(text: str, first: str) -> None:
    assert find_activity_types(text, all_activity_types())[0].code == first


def test_no_words_mean_every_activity_type_and_nonsense_means_none() -> None:
    assert find_activity_types("", all_activity_types()) == list(all_activity_types())
    assert find_activity_types("plutonium", all_activity_types()) == []
