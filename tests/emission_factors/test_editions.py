"""Next year's edition of a publisher's file: a dry run, its faults, and a catalogue that takes it."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from emission_factors.editions import LAYOUTS, Edition, UnknownLayout, edition_files, read_edition
from emission_factors.factors import GasBasis
from emission_factors.gases import GwpSet
from emission_factors.importers import Imported
from emission_factors.releases import assemble, parse, shipped_files
from emission_factors.selection import select
from emission_factors.units import unit
from tests.build import RELEASE, wanted

HEADER = "ID,Scope,Level 1,Level 2,Level 3,Level 4,Column Text,UOM,GHG/Unit,GHG Conversion Factor 2031"
POWER = "Scope 2,UK electricity,Electricity generated,Electricity: UK,,,kWh"
EV = "SECR kWh UK electricity for EVs,Cars (by size),Average car,,Battery Electric Vehicle"
FILE = f"""{HEADER}
7_400_4000_5_1,{POWER},kg CO2e,0.15
7_400_4000_5_2,{POWER},kg CO2e of CO2 per unit,0.148
7_400_4000_5_3,{POWER},kg CO2e of CH4 per unit,0.0014
7_400_4000_5_4,{POWER},kg CO2e of N2O per unit,0.0006
9_301_3076_4_6,Scope 2,{EV},km,kWh (net),0.21
1_100_1099_1_1,Scope 1,Fuels,Gaseous fuels,Something new,,,tonnes,kg CO2e,3.5
""".splitlines()
NEXT = Edition("desnz", 2031, "2031-06-10")


def test_a_dry_run_says_what_the_file_would_become() -> None:
    read = read_edition(NEXT, [FILE])
    assert read.errors == []
    assert [(row["record"], row["kinds"], row["co2e"]) for row in read.rows] == [
        ("7_400_4000_5", "electricity.grid", "0.15"),
        ("1_100_1099_1", "", "3.5"),
    ]
    assert [(row["property"], row["value"]) for row in read.properties] == [("ENERGY_PER_DISTANCE", "0.21")]


def test_the_data_set_has_the_publisher_s_terms_and_the_edition_s_dates() -> None:
    metadata = edition_files(NEXT, read_edition(NEXT, [FILE])).metadata
    shipped = shipped_files()["uk-desnz-2025"].metadata
    assert metadata["dataset_id"] == "uk-desnz-2031"
    assert metadata["title"] == "UK Government GHG Conversion Factors for Company Reporting 2031"
    assert (metadata["published_on"], metadata["supersedes"]) == ("2031-06-10", "uk-desnz-2025")
    assert (metadata["source_url"], metadata["first_release"]) == ("", "0")
    for name in ("publisher", "licence", "licence_url", "attribution", "gwp_set", "carry_years"):
        assert metadata[name] == shipped[name]


@pytest.mark.parametrize("year", [2031, 2032, 2034])
def test_a_catalogue_with_the_edition_takes_its_factor_from_its_year_on(year: int) -> None:
    files = edition_files(NEXT, read_edition(NEXT, [FILE]))
    shipped = shipped_files()["uk-desnz-2025"]
    catalogue = assemble(RELEASE, {found.dataset_id: parse(found) for found in (files, shipped)})
    asked = wanted(
        kind="electricity.grid", region="GB", day=date(year, 3, 1), unit=unit("kWh"), substance="electricity"
    )
    found = select(catalogue, asked).factor
    assert (found.factor_id, found.data_year, found.basis) == (
        "uk-desnz-2031:7_400_4000_5",
        2031,
        GasBasis.CO2E_BY_GAS,
    )
    assert (found.co2e, found.gwp_set) == (Fraction("0.15"), GwpSet.AR5)
    assert dict(found.gases) == {"CO2": Fraction("0.148"), "CH4": Fraction("0.0014"), "N2O": Fraction("0.0006")}
    before = select(catalogue, wanted(**_fields(asked.kind, 2028)))
    assert before.factor.factor_id.startswith("uk-desnz-2025:")


def _fields(kind: str, year: int) -> Mapping[str, object]:
    return {"kind": kind, "region": "GB", "day": date(year, 3, 1), "unit": unit("kWh"), "substance": "electricity"}


def test_every_fault_of_a_file_is_reported_at_once() -> None:
    bad = [
        FILE[0],
        FILE[1].replace("0.15", "about 0.15"),
        FILE[5].replace(",km,", ",leagues,"),
        FILE[6].replace("kg CO2e", "kg soot"),
    ]
    faults = [(fault.row_number, fault.value) for fault in read_edition(NEXT, [bad]).errors]
    assert faults == [(2, "about 0.15"), (3, "leagues"), (4, "kg soot")]
    of_another_year = read_edition(Edition("desnz", 2030, "2030-06-10"), [FILE])
    assert [str(fault) for fault in of_another_year.errors] == [
        "row 1, column value: 'GHG Conversion Factor 2031' is another edition: 2030 is asked for"
    ]


def test_a_wrong_header_is_one_fault_that_lists_what_is_missing() -> None:
    read = read_edition(NEXT, [["a,b,c", "1,2,3"]])
    assert (read.rows, len(read.errors)) == ([], 1)
    assert "level1" in read.errors[0].message.replace("_", "").lower()


def test_rows_that_make_no_factor_are_faults_of_a_dry_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """An importer that slips is caught before anything is written."""
    good = read_edition(NEXT, [FILE])
    slipped = Imported([{**good.rows[0], "region": "Atlantis"}, *good.rows[1:]])
    layout = LAYOUTS["desnz"]
    monkeypatch.setattr(
        "emission_factors.editions.LAYOUTS",
        {"desnz": type(layout)(1, lambda *_: slipped, layout.dataset_id, layout.like)},
    )
    (fault,) = read_edition(NEXT, [FILE]).errors
    assert (fault.row_number, fault.column, fault.value) == (1, "region", "7_400_4000_5")
    assert "'Atlantis' is not a region of the table" in fault.message


@pytest.mark.parametrize(("layout", "count"), [("desnz", 2), ("desnz", 0), ("epa-supply-chain", 1), ("defra", 1)])
def test_an_unknown_layout_or_number_of_files_is_refused(layout: str, count: int) -> None:
    with pytest.raises(UnknownLayout) as caught:
        read_edition(Edition(layout, 2031, "2031-06-10"), [FILE] * count)
    message = f"'{layout}' with {count} files is not understood; known are desnz (1 file), epa-hub (1 file), epa-supply"
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("name", sorted(LAYOUTS))
def test_every_layout_names_a_data_set_with_all_its_fields(name: str) -> None:
    edition = Edition(name, 2031, "2031-06-10")
    files = edition_files(edition, Imported())
    parsed = parse(files).dataset
    assert "2031" in parsed.dataset_id
    assert parsed.dataset_id not in shipped_files()
    assert all((parsed.publisher, parsed.licence, parsed.attribution, parsed.redistribution))
    assert parsed.published_on == date(2031, 6, 10)


def test_the_files_of_an_edition_read_back_as_they_were_written() -> None:
    read = read_edition(NEXT, [FILE])
    files = edition_files(NEXT, read)
    assert [row["record"] for row in csv.DictReader(io.StringIO(files.factors))] == ["7_400_4000_5", "1_100_1099_1"]
    (found,) = parse(files).properties
    assert (found.value, found.unit, found.region, found.data_year) == (Decimal("0.21"), "kWh/km", "GB", 2031)
    assert edition_files(NEXT, Imported()).properties == ""
