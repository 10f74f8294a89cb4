import csv
from collections import Counter
from decimal import Decimal

import pytest

from emission_factors import gases
from emission_factors.gases import GwpSet, UnknownGas, UnknownGwp, blend_gwp, composition, gas, gwp
from emission_factors.resources import open_data

KYOTO = {"CO2", "CH4", "N2O", "HFCS", "PFCS", "SF6", "NF3"}


@pytest.mark.parametrize(
    ("blend", "gwp_set", "value"),
    [
        ("R-410A", GwpSet.AR4, "2087.5"),
        ("R-410A", GwpSet.AR5, "1923.5"),
        ("R-410A", GwpSet.AR6, "2255.5"),
        ("R-404A", GwpSet.AR6, "4728.0"),
        ("R-404A", GwpSet.AR4, "3921.6"),
        ("R-424A", GwpSet.AR5, "2211.85"),
        ("R-507A", GwpSet.AR4, "3985"),
        ("HFC-134a", GwpSet.AR5, "1300"),
    ],
)
def test_the_gwp_of_a_blend_is_that_of_its_components(blend: str, gwp_set: GwpSet, value: str) -> None:
    assert blend_gwp(blend, gwp_set) == Decimal(value)


@pytest.mark.parametrize("blend", gases.blends())
def test_the_components_of_a_blend_are_gases_and_add_up_to_one(blend: str) -> None:
    parts = composition(blend)
    assert sum(parts.values()) == 1
    assert all(gas(name).code == name and share > 0 for name, share in parts.items())
    assert len(parts) >= 2


def test_components_outside_the_kyoto_groups_do_not_count() -> None:
    assert composition("R-401A") == {
        "HCFC-22": Decimal("0.53"),
        "HCFC-124": Decimal("0.34"),
        "HFC-152a": Decimal("0.13"),
    }
    assert blend_gwp("R-401A", GwpSet.AR5) == Decimal("0.13") * 138
    assert blend_gwp("HCFC-22", GwpSet.AR5) == 0


def test_a_single_gas_is_its_own_composition() -> None:
    assert composition("R-134a") == {"HFC-134a": 1}


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("CO2", ("1", "1", "1", "1")),
        ("CH4", ("21", "25", "28", None)),
        ("N2O", ("310", "298", "265", "273")),
        ("SF6", ("23900", "22800", "23500", "25200")),
        ("HFC-134a", ("1300", "1430", "1300", "1530")),
    ],
)
def test_gwps_of_the_four_reports(name: str, values: tuple[str | None, ...]) -> None:
    for gwp_set, value in zip(GwpSet, values, strict=True):
        if value is not None:
            assert gwp(name, gwp_set).value == Decimal(value)


def test_methane_of_ar6_depends_on_its_origin() -> None:
    assert gwp("CH4_FOSSIL", GwpSet.AR6).value == Decimal("29.8")
    assert gwp("CH4_BIOGENIC", GwpSet.AR6).value == Decimal("27.0")
    assert gwp("CH4", GwpSet.AR6).value == Decimal("27.9")


def test_a_missing_gwp_is_an_error_and_never_zero() -> None:
    with pytest.raises(UnknownGwp, match="SAR gives no 100-year GWP for NF3"):
        gwp("NF3", GwpSet.SAR)
    with pytest.raises(UnknownGwp, match="AR5 gives no 100-year GWP for propane"):
        gwp("propane", GwpSet.AR5)
    missing = [
        (found.code, gwp_set)
        for found in gases.all_gases()
        for gwp_set in (GwpSet.AR5, GwpSet.AR6)
        if found.is_kyoto and _lacks(found.code, gwp_set)
    ]
    assert missing == [("PFC-c216", GwpSet.AR6)]


def _lacks(code: str, gwp_set: GwpSet) -> bool:
    try:
        return gwp(code, gwp_set).value <= 0
    except UnknownGwp:
        return True


def test_a_name_that_is_no_gas_is_refused() -> None:
    for text in ("CO2e", "co2", "R-999", "", "methane"):
        with pytest.raises(UnknownGas, match="write a code such as CO2, CH4_FOSSIL or HFC-134a"):
            gas(text)
    with pytest.raises(UnknownGas):
        blend_gwp("R-999", GwpSet.AR6)


def test_every_gas_and_alias_stands_once_and_every_gwp_names_its_table() -> None:
    with open_data("gases.csv") as lines:
        rows = list(csv.DictReader(lines))
    names = Counter(name for row in rows for name in (row["code"], *row["aliases"].split("|")) if name)
    assert [name for name, count in names.items() if count > 1] == []
    assert {row["kyoto_group"] for row in rows} == KYOTO | {"OTHER"}
    assert not set(gases.blends()) & set(names)
    with open_data("gwp100.csv") as lines:
        printed = list(csv.DictReader(lines))
    assert all(row["table"].startswith(f"IPCC {row['gwp_set']}") for row in printed)
    assert Counter((row["gas"], row["gwp_set"]) for row in printed).most_common(1)[0][1] == 1


def test_refrigerant_numbers_are_names_of_gases() -> None:
    names = {"R-134a": "HFC-134a", "R-22": "HCFC-22", "R-744": "CO2", "R-744A": "N2O", "HFC32": "HFC-32"}
    assert {name: gas(name).code for name in names} == names
