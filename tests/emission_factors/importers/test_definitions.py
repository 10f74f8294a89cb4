from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from emission_factors.datasets import factor_of
from emission_factors.factors import Dataset, Factor
from emission_factors.gases import all_gases, blends, composition
from emission_factors.importers import definitions
from emission_factors.resources import open_data

DATASET = Dataset("x", "P", "T", "", date(2025, 1, 1), None, "", "", "", "allowed", "", "", None, 1)


def rows() -> dict[str, Mapping[str, str]]:
    with open_data("gases.csv") as lines:
        return {row["record"]: row for row in definitions.read(lines).rows}


def factor(record: str) -> Factor:
    return factor_of(DATASET, rows()[record])


def test_every_gas_and_every_blend_is_released_as_itself() -> None:
    made = rows()
    for gas in all_gases():
        assert factor_of(DATASET, made[f"gas-{gas.code}"]).gases == ((gas.code, Fraction(1)),)
    for blend in blends():
        parts = factor_of(DATASET, made[f"gas-{blend}"]).gases
        assert dict(parts) == {code: Fraction(share) for code, share in composition(blend).items()}
        assert sum(share for _, share in parts) == 1


def test_a_gas_answers_to_its_other_names() -> None:
    made = rows()
    assert made["gas-HFC-134a"]["kinds"] == "gas/HFC-134a|gas/R-134a"
    assert made["gas-HFE-347mmz1"]["kinds"] == "gas/HFE-347mmz1|gas/sevoflurane"
    assert made["gas-CH4_FOSSIL"]["kinds"] == "gas/CH4_FOSSIL"
    names = [kind for row in made.values() for kind in row["kinds"].split("|")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("solvent", "share"),
    [
        ("acetone", "0.6204"),
        ("ethanol", "0.5214"),
        ("toluene", "0.9125"),
        ("dichloromethane", "0.1414"),
        ("methanol", "0.3748"),
        ("ethylene_oxide", "0.5453"),
    ],
)
def test_carbon_shares_are_those_methods_print(solvent: str, share: str) -> None:
    assert definitions.carbon_share(definitions.SOLVENTS[solvent][1]) == share
    expected = Fraction(Decimal(share)) * Fraction(44, 12)
    assert factor(f"solvent-{solvent}").gases == (("CO2", expected),)


def test_twenty_tonnes_of_acetone_at_98_percent_destruction() -> None:
    ((_, per_kilogram),) = factor("solvent-acetone").gases
    assert round(float(per_kilogram * 20 * Fraction("0.98")), 2) == 44.59


@pytest.mark.parametrize(
    ("record", "fossil", "biogenic"),
    [
        ("carbon-balance", Fraction(44, 12), None),
        ("volatiles-balance", Fraction("2.75"), None),
        ("methane-flared", None, Fraction("2.75")),
        ("glucose-fermented", None, Fraction("0.4886")),
        ("biogenic-co2", None, Fraction(1)),
        ("bio-solvent-ethanol", None, Fraction("1.9118")),
    ],
)
def test_conversions(record: str, fossil: Fraction | None, biogenic: Fraction | None) -> None:
    found = factor(record)
    assert dict(found.gases).get("CO2") == fossil
    assert found.co2_biogenic == biogenic


def test_reported_emissions_pass_through() -> None:
    assert factor("reported-co2e").co2e == 1


def test_definitions_hold_for_any_purpose_since_1990() -> None:
    for row in rows().values():
        assert (row["purposes"], row["valid_from"], row["region"]) == ("CORPORATE|PRODUCT|PARK", "1990-01-01", "WORLD")
