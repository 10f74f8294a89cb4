from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from emission_factors import checks
from emission_factors.activity_types import all_activity_types
from emission_factors.checks import Code, Explained, Finding, PrintedGwp
from emission_factors.datasets import COLUMNS
from emission_factors.factors import Dataset, Factor, GasBasis, Purpose, Status
from emission_factors.gases import GwpSet
from emission_factors.properties import Property
from emission_factors.releases import ParsedDataset, parse, shipped_files
from emission_factors.resources import open_data
from emission_factors.steam import Point, points

DATASET = Dataset("d", "P", "T", "", date(2024, 1, 1), GwpSet.AR5, "", "", "", "allowed", "", "", None, 1)


def factor(record: str = "x", dataset: Dataset = DATASET, kinds: tuple[str, ...] = ("electricity.grid",)) -> Factor:
    return Factor(
        factor_id=f"{dataset.dataset_id}:{record}",
        dataset=dataset,
        kinds=kinds,
        name_en="Electricity",
        name_zh="",
        path="",
        region="CN",
        data_year=2024,
        valid_from=date(2024, 1, 1),
        valid_to=None,
        unit="kWh",
        basis=GasBasis.CO2E_BY_GAS,
        co2e=Fraction("0.20705"),
        gases=(("CO2", Fraction("0.20493")), ("CH4", Fraction("0.0009")), ("N2O", Fraction("0.00122"))),
        co2_biogenic=None,
        locator="",
    )


def item(name: str, value: str, in_unit: str, high: str | None = None, substance: str = "diesel") -> Property:
    top = None if high is None else Decimal(high)
    return Property(f"d:{substance}-{name}", "d", substance, name, "", "CN", 2024, Decimal(value), top, in_unit, "")


def test_gas_parts_that_add_up_are_no_finding() -> None:
    assert checks.gas_parts(factor()) == []
    assert checks.gas_parts(replace(factor(), co2e=Fraction("0.20706"))) == []
    assert checks.gas_parts(replace(factor(), co2e=None)) == []
    assert checks.gas_parts(replace(factor(), basis=GasBasis.CO2E_TOTAL, gases=())) == []


def test_gas_parts_that_miss_the_total_are_found_with_both_figures() -> None:
    assert checks.gas_parts(replace(factor(), co2e=Fraction("0.30705"))) == [
        Finding(Code.GAS_PARTS, "d:x", "the parts add up to 0.20705 kg CO2e, the printed total is 0.30705")
    ]


def test_masses_are_weighted_by_the_publishers_gwp_set() -> None:
    masses = (("CO2", Fraction(2)), ("CH4", Fraction("0.1")))
    assert checks.gas_parts(replace(factor(), basis=GasBasis.GAS_MASSES, gases=masses, co2e=Fraction("4.8"))) == []
    (finding,) = checks.gas_parts(replace(factor(), basis=GasBasis.GAS_MASSES, gases=masses, co2e=Fraction("2.1")))
    assert finding.message == "the parts add up to 4.8 kg CO2e, the printed total is 2.1"


def test_a_round_total_is_not_taken_for_a_coarse_one() -> None:
    """0.2 may stand for 0.20000; half a unit of its last digit would be a quarter of it."""
    assert checks.gas_parts(replace(factor(), co2e=Fraction("0.2"))) != []


def test_blends_are_compared_to_within_one() -> None:
    printed = [
        PrintedGwp("R-410A", GwpSet.AR5, Decimal(1924), "DESNZ 2025"),
        PrintedGwp("R-424A", GwpSet.AR5, Decimal(3104), "EPA"),
    ]
    assert checks.blend_gwps(printed) == [
        Finding(Code.BLEND_GWP, "R-424A AR5", "EPA prints 3104, the composition gives 2211.85")
    ]


def test_standard_coal_follows_from_the_calorific_value() -> None:
    good = [item("TCE", "1.4571", "kgce/kg"), item("NCV", "42705", "kJ/kg")]
    assert checks.standard_coal(good) == []
    ranged = [item("TCE", "1.1", "kgce/m3", "1.33"), item("NCV", "32.238", "MJ/m3", "38.979")]
    assert checks.standard_coal(ranged) == []
    apart = [item("TCE", "1.4571", "kgce/kg"), item("NCV", "42705", "kJ/L")]
    assert checks.standard_coal(apart) == []
    wrong = [item("TCE", "1.5714", "kgce/kg"), item("NCV", "42705", "kJ/kg")]
    assert checks.standard_coal(wrong) == [
        Finding(Code.TCE_COEFFICIENT, "d:diesel-TCE", "prints 1.5714 kgce/kg, 42705 kJ/kg / 29307.6 gives 1.4571306")
    ]


def test_carbon_dioxide_follows_from_the_carbon_content() -> None:
    burnt = replace(
        factor(kinds=("fuel.diesel.combustion",)),
        unit="TJ",
        basis=GasBasis.CO2_ONLY,
        co2e=None,
        gases=(("CO2", Fraction(74100)),),
    )
    assert checks.carbon_content([burnt], [item("CARBON_CONTENT", "20.2", "kgC/GJ")]) == []
    assert checks.carbon_content([burnt], [item("CARBON_CONTENT", "20.2", "kgC/GJ", substance="lpg")]) == []
    (finding,) = checks.carbon_content([burnt], [item("CARBON_CONTENT", "25", "tC/TJ")])
    assert finding.message == "prints 74100 kg CO2 per TJ, 25 tC/TJ x 44/12 gives 91666.667"
    biomass = replace(burnt, gases=(), co2_biogenic=Fraction(74100))
    assert checks.carbon_content([biomass], [item("CARBON_CONTENT", "20.2", "kgC/GJ")]) == []


def test_enthalpies_pass_within_two_per_mille_or_four_kilojoules() -> None:
    def cell(printed: str, physical: str, is_suspect: bool = False) -> Point:
        return Point("C.5", Decimal(1), Decimal(300), Decimal(printed), Decimal(physical), is_suspect, "")

    assert checks.enthalpies([cell("3051.3", "3051.7"), cell("86", "83.9"), cell("3005", "3000")]) == []
    assert [
        finding.message for finding in checks.enthalpies([cell("3217.8", "3272.3"), cell("3000", "3000", True)])
    ] == [
        "prints 3217.8 kJ/kg, IAPWS-IF97 gives 3272.3; not flagged",
        "prints 3000 kJ/kg, IAPWS-IF97 gives 3000; flagged",
    ]


def test_a_figure_that_moved_by_more_than_thirty_percent_is_flagged() -> None:
    before = replace(DATASET, dataset_id="before")
    old = factor(dataset=before)
    assert checks.previous_edition([old], [replace(factor(), co2e=Fraction("0.26"))]) == []
    assert checks.previous_edition([old], [replace(factor(), co2e=Fraction("0.3"), unit="MWh")]) == []
    assert checks.previous_edition([old], [factor("another")]) == []
    assert checks.previous_edition([old], [replace(factor(), co2e=Fraction("0.3"))]) == [
        Finding(Code.PREVIOUS_EDITION, "d:x", "0.20705 in before, now 0.3 kg per kWh")
    ]


@pytest.mark.parametrize(
    ("changes", "is_rival"),
    [
        ({}, True),
        ({"unit": "MWh"}, True),
        ({"unit": "mmBtu"}, False),
        ({"unit": "t"}, False),
        ({"region": "CN-GD"}, False),
        ({"data_year": 2023}, False),
        ({"sector": "power_generation"}, False),
        ({"calibre": "national_average"}, False),
        ({"purposes": frozenset({Purpose.PARK})}, False),
        ({"purposes": frozenset({Purpose.PARK, Purpose.CORPORATE})}, True),
        ({"status": Status.QUARANTINED}, False),
    ],
)
def test_rivals_are_factors_selection_could_not_choose_between(changes: dict[str, object], is_rival: bool) -> None:
    other = replace(factor("y"), **changes)  # type: ignore[arg-type]
    found = checks.equally_good([factor("x"), other])
    assert found == ([Finding(Code.EQUALLY_GOOD, "d:x and d:y", "both are for electricity.grid")] if is_rival else [])


def test_kinds_that_no_line_asks_for_are_found() -> None:
    kinds = (
        "electricity.grid",
        "electricity.market",
        "gas/R-410A",
        "fuel.diesel.combustion",
        "fuel.diesel.road_non_co2",
        "fuel.unicorn.combustion",
        "gas/",
    )
    found = checks.unasked_kinds([factor(kinds=kinds)], all_activity_types())
    assert [finding.subject for finding in found] == ["fuel.unicorn.combustion", "gas/"]


def test_unreadable_rows_are_found_each() -> None:
    good = dict.fromkeys(COLUMNS, "") | {
        "record": "a",
        "region": "CN",
        "data_year": "2024",
        "valid_from": "2024-01-01",
        "unit": "kWh",
        "basis": "CO2_ONLY",
        "gases": "CO2=0.5",
        "status": "VERIFIED",
    }
    rows = [good, good | {"unit": "furlong"}, good | {"region": "Atlantis"}, good | {"gases": "CO3=1"}]
    text = "\n".join([",".join(COLUMNS), *(",".join(row[name] for name in COLUMNS) for row in rows)])
    found = checks.unreadable_factors(DATASET, text)
    assert [finding.subject for finding in found] == ["d row 3", "d row 4", "d row 5"]
    assert "column region" in found[1].message


def test_unreadable_properties_are_found_each() -> None:
    good = item("NCV", "42.652", "GJ/t")
    bad = [replace(good, unit="GJ/barrelful"), replace(good, region="XX"), replace(good, value_high=Decimal(1))]
    found = checks.unreadable_properties([good, *bad])
    assert len(found) == 3
    assert found[2].message == "the range 42.652 to 1 is upside down"


def test_an_explanation_may_cover_findings_of_one_cause() -> None:
    known = [
        Explained(Code.PREVIOUS_EDITION, "d:4_*", "revised"),
        Explained(Code.GAS_PARTS, "d:5", "gone"),
    ]
    found = [
        Finding(Code.PREVIOUS_EDITION, "d:4_1", ""),
        Finding(Code.PREVIOUS_EDITION, "d:5_1", ""),
        Finding(Code.GAS_PARTS, "d:4_1", ""),
    ]
    assert checks.new_findings(found, known) == found[1:]
    assert checks.outlived(found, known) == known[1:]


def shipped() -> dict[str, ParsedDataset]:
    return {name: parse(files) for name, files in shipped_files().items()}


def known_findings() -> list[Explained]:
    with open_data("known_findings.csv") as lines:
        return checks.read_known(lines)


def test_everything_found_in_the_shipped_catalogue_has_been_looked_at() -> None:
    """A new finding is to be understood, then explained in `known_findings.csv` or mended."""
    members = shipped()
    found = checks.check_catalogue(members, all_activity_types(), points())
    for name, files in shipped_files().items():
        found += checks.unreadable_factors(members[name].dataset, files.factors)
        found += checks.unreadable_properties(members[name].properties)
    known = known_findings()
    assert checks.new_findings(found, known) == []
    expected = [
        explained
        for explained in known
        if explained.code is not Code.BLEND_GWP
        and (":" not in explained.subject or explained.subject.partition(":")[0] in members)
    ]
    assert checks.outlived(found, expected) == []
