import csv
from fractions import Fraction
from pathlib import Path

import pytest

from emission_factors.datasets import COLUMNS
from emission_factors.decimals import rounded
from emission_factors.importers import jobs
from emission_factors.importers.build import PROPERTY_COLUMNS, written
from emission_factors.releases import parse, shipped_files
from emission_factors.resources import data_names, open_data

COUNTS = {
    "cn-mee-electricity-2021": (40, 0),
    "cn-mee-electricity-2022": (40, 0),
    "cn-mee-electricity-2023": (40, 0),
    "cn-reporting-electricity": (3, 0),
    "cn-mee-electricity-footprint-2023": (10, 0),
    "cn-mee-electricity-footprint-2024": (11, 0),
    "cn-gbt-32151-34-2024": (52, 27),
    "cn-ndrc-industry-2015": (54, 28),
    "cn-mee-power-2022": (40, 21),
    "cn-heat-and-carbonates": (15, 0),
    "cn-ncsc-efdb": (5, 2),
    "cn-notice-910-2025": (3, 8),
    "cn-gbt-2589-2020": (0, 51),
    "ipcc-2006-stationary": (224, 176),
    "ipcc-2006-processes": (55, 99),
    "ipcc-2019-wastewater": (2, 0),
    "nz-mfe-electricity": (13, 0),
    "parkledger-definitions": (165, 0),
}


def shipped(name: str) -> str:
    folder, _, file = name.rpartition("/")
    if file not in data_names(folder):
        return ""
    with open_data(name) as lines:
        return lines.read()


@pytest.mark.parametrize("job", jobs.JOBS, ids=[job[0] for job in jobs.JOBS])
def test_the_shipped_file_is_what_the_importer_makes(
    job: tuple[str, tuple[str, ...], jobs.Reader], shared_factors: Path
) -> None:
    dataset_id, files, read = job
    result = read([(shared_factors / name).read_text(encoding="utf-8").splitlines() for name in files])
    assert not result.errors
    assert (len(result.rows), len(result.properties)) == COUNTS[dataset_id]
    factors = written(COLUMNS, result.rows) if result.rows else ""
    properties = written(PROPERTY_COLUMNS, result.properties) if result.properties else ""
    assert shipped(f"factors/{dataset_id}.csv") == factors
    assert shipped(f"properties/{dataset_id}.csv") == properties


@pytest.mark.parametrize("table", jobs.TABLES, ids=[table[0] for table in jobs.TABLES])
def test_the_shipped_table_is_what_the_importer_makes(
    table: tuple[str, tuple[str, ...], tuple[str, ...], jobs.Reader], shared_factors: Path
) -> None:
    name, columns, files, read = table
    result = read([(shared_factors / file).read_text(encoding="utf-8").splitlines() for file in files])
    assert not result.errors
    with open_data(name) as lines:
        assert lines.read() == written(columns, result.rows)


@pytest.mark.parametrize("dataset_id", COUNTS)
def test_every_shipped_row_reads(dataset_id: str) -> None:
    member = parse(shipped_files()[dataset_id])
    assert (len(member.factors), len(member.properties)) == COUNTS[dataset_id]
    assert len({factor.factor_id for factor in member.factors}) == len(member.factors)
    assert len({item.property_id for item in member.properties}) == len(member.properties)


@pytest.mark.parametrize("dataset_id", COUNTS)
def test_every_data_set_says_where_it_is_from_and_what_may_be_done_with_it(dataset_id: str) -> None:
    metadata = shipped_files()[dataset_id].metadata
    assert metadata["publisher"]
    assert metadata["title"]
    assert metadata["licence"]
    assert metadata["attribution"]
    assert metadata["redistribution"] in ("allowed", "facts_only")
    assert not metadata["supersedes"] or metadata["supersedes"] in shipped_files()


@pytest.mark.parametrize(
    ("dataset_id", "record", "gas", "kilograms"),
    [
        ("cn-mee-electricity-2023", "CN-GD", "CO2", "0.4419"),
        ("cn-mee-electricity-2021", "CN-GD", "CO2", "0.4715"),
        ("cn-mee-electricity-2022", "CN-fossil-only", "CO2", "0.8325"),
        ("cn-mee-electricity-2023", "CN-excluding-market-traded-non-fossil", "CO2", "0.6096"),
        ("cn-notice-910-2025", "electricity_other", "CO2", "0.8325"),
        ("cn-heat-and-carbonates", "heat_default", "CO2", "110"),
        ("cn-heat-and-carbonates", "carbonate-MgCO3", "CO2", "522"),
        ("ipcc-2006-processes", "614961+614868", "CH4_BIOGENIC", "0.3"),
        ("ipcc-2006-stationary", "117804", "CO2", "56100"),
        ("nz-mfe-electricity", "NZ-2024", "CO2", "0.0981990601"),
    ],
)
def test_spot_values(dataset_id: str, record: str, gas: str, kilograms: str) -> None:
    factors = {factor.factor_id: factor for factor in parse(shipped_files()[dataset_id]).factors}
    assert dict(factors[f"{dataset_id}:{record}"].gases)[gas] == Fraction(kilograms)


@pytest.mark.parametrize(
    ("fuel", "tonnes"),
    [
        ("natural_gas", "21.62189"),
        ("liquefied_natural_gas", "2.83126"),
        ("liquefied_petroleum_gas", "3.10133"),
        ("diesel", "3.09591"),
        ("gasoline", "2.92506"),
        ("fuel_oil", "3.17046"),
        ("bituminous_coal", "1.74175"),
        ("anthracite", "2.52151"),
    ],
)
def test_fuels_give_the_tonnes_that_gbt_32151_34_tabulates(fuel: str, tonnes: str) -> None:
    factors = {factor.factor_id: factor for factor in parse(shipped_files()["cn-gbt-32151-34-2024"]).factors}
    value = dict(factors[f"cn-gbt-32151-34-2024:{fuel}"].gases)["CO2"] / 1000
    assert str(round(rounded(value), 5)) == tonnes


def test_derived_factors_agree_with_the_collector_s_own_products(shared_factors: Path) -> None:
    """The collected file also prints each product, to six digits."""
    ids = {"GBT": "cn-gbt-32151-34-2024", "NDR": "cn-ndrc-industry-2015", "MEE": "cn-mee-power-2022"}
    with (shared_factors / jobs.FUELS).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            dataset_id = ids[row["parameter_set"][:3]]
            factors = {factor.factor_id: factor for factor in parse(shipped_files()[dataset_id]).factors}
            per_unit = dict(factors[f"{dataset_id}:{row['fuel_id']}"].gases)["CO2"] / 1000
            per_energy = dict(factors[f"{dataset_id}:{row['fuel_id']}-energy"].gases)["CO2"] / 1000
            assert round(float(per_unit), 6) == pytest.approx(float(row["ef_co2_activity_derived"]), abs=1.1e-6)
            assert round(float(per_energy), 6) == pytest.approx(float(row["ef_co2_energy_derived"]), abs=1.1e-6)
