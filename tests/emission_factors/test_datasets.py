import csv
import io
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from emission_factors.datasets import (
    COLUMNS,
    BadRow,
    dataset_of,
    factor_of,
    read_datasets,
    read_factors,
    read_terms,
    written_terms,
)
from emission_factors.factors import GasBasis, Purpose, Status
from emission_factors.gases import GwpSet
from tests.build import dataset, shipped, term

ROW = dict.fromkeys(COLUMNS, "") | {
    "record": "r1",
    "kinds": "electricity.grid|electricity.market",
    "name_en": "Electricity",
    "name_zh": "电力",
    "region": "CN-GD",
    "data_year": "2023",
    "valid_from": "2023-01-01",
    "unit": "kWh",
    "basis": "GAS_MASSES",
    "gases": "CO2=0.4419;CH4_FOSSIL=1e-05",
    "locator": "table 2",
    "status": "VERIFIED",
}
METADATA = dict.fromkeys(
    "publisher title edition licence licence_url attribution redistribution source_url retrieved_on".split(), "p"
) | {
    "dataset_id": "made-2024",
    "published_on": "2024-06-30",
    "gwp_set": "AR5",
    "carry_years": "3",
    "first_release": "2",
    "supersedes": "made-2023",
}


def row(**cells: str) -> dict[str, str]:
    return ROW | cells


def test_a_row_becomes_a_factor_digit_by_digit() -> None:
    found = factor_of(dataset(), row(valid_to="2023-12-31", purposes="CORPORATE|PARK", uncertainty_low="2.5"))
    assert found.factor_id == "made:r1"
    assert found.kinds == ("electricity.grid", "electricity.market")
    assert found.gases == (("CO2", Fraction("0.4419")), ("CH4_FOSSIL", Fraction(1, 100_000)))
    assert (found.co2e, found.co2_biogenic) == (None, None)
    assert (found.valid_from, found.valid_to) == (date(2023, 1, 1), date(2023, 12, 31))
    assert (found.unit, found.basis, found.status) == ("kWh", GasBasis.GAS_MASSES, Status.VERIFIED)
    assert found.purposes == {Purpose.CORPORATE, Purpose.PARK}
    assert (found.uncertainty_low, found.uncertainty_high) == (Decimal("2.5"), None)


def test_an_alias_of_a_unit_or_a_gas_becomes_its_code() -> None:
    found = factor_of(dataset(), row(unit="千瓦时", gases="R-134a=1"))
    assert (found.unit, found.gases) == ("kWh", (("HFC-134a", Fraction(1)),))


def test_a_chain_is_multiplied_and_kept() -> None:
    terms = "CO2: NCV=389.31 GJ/10^4Nm3; CC=0.0153 tC/GJ; OF=0.99 fraction || R-134a: EF=2 g/m3"
    found = factor_of(dataset(), row(unit="10^4Nm3", gases="", terms=terms.partition(" ||")[0]))
    value = Fraction("389.31") * Fraction("15.3") * Fraction("0.99") * Fraction(44, 12)
    assert found.gases == (("CO2", value),)
    assert [found.name for found in dict(found.terms)["CO2"]] == ["NCV", "CC", "OF"]
    assert written_terms(read_terms(terms)) == terms
    total = factor_of(dataset(), row(unit="m3", basis="CO2E_TOTAL", gases="", terms="CO2E: EF=2 kg/m3"))
    assert (total.co2e, total.gases) == (Fraction(2), ())


def test_read_terms_reads_what_written_terms_writes() -> None:
    chains = (("CO2", (term("42.652", "GJ/t", "NCV"), term("0.98", "fraction", "OF"))), ("CH4", (term("1", "kg/TJ"),)))
    assert read_terms(written_terms(chains)) == chains
    assert read_terms("") == ()


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"unit": "kilowatts"}, "unit", "'kilowatts' is not a unit of the table"),
        ({"region": "CN-XX"}, "region", "'CN-XX' is not a region of the table"),
        ({"data_year": "about 2023"}, "data_year", "'about 2023' is not accepted"),
        ({"valid_from": "2023-13-01"}, "valid_from", "'2023-13-01' is not accepted"),
        ({"valid_to": "later"}, "valid_to", "'later' is not accepted"),
        ({"basis": "CO2"}, "basis", "'CO2' is not a valid GasBasis"),
        ({"gases": "CO3=1"}, "gases", "'CO3' is not a gas of the catalogue"),
        ({"gases": "CO2=x"}, "gases", "'CO2=x' is not accepted"),
        ({"gases": "CO2=NaN"}, "gases", "a finite number is needed"),
        ({"gases": "CO2=1;R-744=2"}, "basis", "a gas is given twice"),
        ({"terms": "CO2: EF=1 kg"}, "terms", "they must leave a mass of gas"),
        ({"terms": "CO2: EF=1 kgCO2/kWh"}, "basis", "a gas is given twice"),
        ({"co2e": "Infinity"}, "co2e", "a finite number is needed"),
        ({"co2e": "0.5"}, "basis", "beside masses of gases a CO2e total would count twice"),
        ({"basis": "CO2_ONLY"}, "basis", "only CO2 may be given"),
        ({"basis": "CO2E_TOTAL"}, "basis", "one CO2e total and no gases are needed"),
        ({"basis": "CO2E_TOTAL", "gases": ""}, "basis", "one CO2e total and no gases are needed"),
        ({"purposes": "PRIVATE"}, "purposes", "'PRIVATE' is not a valid Purpose"),
        ({"uncertainty_high": "5 %"}, "uncertainty_high", "'5 %' is not accepted"),
        ({"status": ""}, "status", "'' is not a valid Status"),
    ],
)
def test_a_row_that_is_no_factor_names_record_column_and_value(
    cells: dict[str, str], column: str, message: str
) -> None:
    with pytest.raises(BadRow) as caught:
        factor_of(dataset(), row(**cells))
    assert (caught.value.record, caught.value.column) == ("r1", column)
    assert str(caught.value).startswith(f"r1, column {column}: ")
    assert message in str(caught.value)


def test_co2e_of_gases_needs_the_gwp_set_it_was_printed_with() -> None:
    cells = row(basis="CO2E_BY_GAS", co2e="0.5", gases="CO2=0.4;CH4=0.1")
    assert factor_of(dataset(), cells).co2e == Fraction(1, 2)
    with pytest.raises(BadRow, match="CO2e by gas needs the GWP set of the data set"):
        factor_of(dataset(gwp_set=None), cells)


def test_reading_a_file_stops_at_the_first_bad_row() -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows([ROW, row(record="r2"), row(record="r3", unit="nothing")])
    found = read_factors(dataset(), io.StringIO(text.getvalue()))
    assert [next(found).factor_id, next(found).factor_id] == ["made:r1", "made:r2"]
    with pytest.raises(BadRow, match="r3, column unit"):
        next(found)


def test_a_data_set_is_read_from_its_row() -> None:
    found = dataset_of(METADATA)
    assert (found.dataset_id, found.published_on, found.gwp_set) == ("made-2024", date(2024, 6, 30), GwpSet.AR5)
    assert (found.carry_years, found.first_release, found.supersedes) == (3, 2, "made-2023")
    plain: Any = dataset_of(METADATA | {"gwp_set": "", "carry_years": ""})
    assert (plain.gwp_set, plain.carry_years) == (None, None)
    lines = [",".join(METADATA), ",".join(METADATA.values())]
    assert read_datasets(lines) == {"made-2024": found}


def test_a_shipped_factor_that_supersedes_names_a_shipped_data_set() -> None:
    known = shipped().datasets
    named = {found.supersedes for found in known.values() if found.supersedes}
    assert named <= set(known)
    assert "uk-desnz-2024" in named
