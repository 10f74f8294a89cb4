"""The shipped data sets of the United Kingdom and the United States: made from the publishers' files, and usable."""

import csv
import io
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from emission_factors import datasets, resources
from emission_factors.datasets import COLUMNS
from emission_factors.factors import Dataset, Factor
from emission_factors.gases import GwpSet
from emission_factors.importers.build import PROPERTY_COLUMNS, written
from emission_factors.importers.jobs_uk_us import JOBS
from emission_factors.properties import CONVERTING, Property, read_properties
from emission_factors.units import unit

LARGEST = 2 * 1024 * 1024
IDS = [dataset_id for dataset_id, _, _ in JOBS]
COUNTS = {
    "uk-desnz-2022": (2630, 653, 431),
    "uk-desnz-2023": (2643, 654, 439),
    "uk-desnz-2024": (2672, 653, 451),
    "uk-desnz-2025": (2672, 653, 451),
    "uk-desnz-2025-properties": (0, 0, 110),
    "uk-erg-2019-equipment": (0, 0, 65),
    "uk-spend-2004-2009": (449, 449, 0),
    "us-epa-ghg-hub-2025": (396, 74, 85),
    "us-epa-ghg-hub-2025-waste": (183, 183, 0),
    "us-epa-supply-chain-v1.3": (2032, 2032, 0),
}
"""Data set -> factors, factors with a kind, properties."""


def shipped(folder: str, dataset_id: str) -> str:
    name = f"{dataset_id}.csv"
    if name not in resources.data_names(folder):
        return ""
    with resources.open_data(f"{folder}/{name}") as lines:
        return lines.read()


@cache
def shipped_factors(dataset_id: str) -> tuple[Factor, ...]:
    day = date(2025, 1, 1)
    dataset = Dataset(
        dataset_id, "publisher", "title", "edition", day, GwpSet.AR5, "", "", "", "allowed", "", "", None, 1
    )
    return tuple(datasets.read_factors(dataset, io.StringIO(shipped("factors", dataset_id))))


def shipped_properties(dataset_id: str) -> list[Property]:
    return list(read_properties(dataset_id, io.StringIO(shipped("properties", dataset_id))))


@cache
def asked_for() -> set[str]:
    """Return the kinds that lines ask for; of a qualified one, what stands before the slash and the slash."""
    with resources.open_data("inventory_lines.csv") as lines:
        cells = [row[column] for row in csv.DictReader(lines) for column in ("kind", "complement")]
    return {template.removesuffix("{q}") for cell in cells for template in cell.split(">")}


@pytest.mark.parametrize(("dataset_id", "files", "read"), JOBS, ids=IDS)
def test_the_shipped_files_are_what_the_importer_makes(
    shared_factors: Path, dataset_id: str, files: tuple[str, ...], read: object
) -> None:
    assert callable(read)
    imported = read([(shared_factors / name).read_text(encoding="utf-8").splitlines() for name in files])
    assert imported.errors == []
    made = (written(COLUMNS, imported.rows) if imported.rows else "",
            written(PROPERTY_COLUMNS, imported.properties) if imported.properties else "")  # fmt: skip
    assert made == (shipped("factors", dataset_id), shipped("properties", dataset_id))
    assert all(len(text.encode()) <= LARGEST for text in made)


@pytest.mark.parametrize("dataset_id", IDS)
def test_every_shipped_row_parses(dataset_id: str) -> None:
    factors, properties = shipped_factors(dataset_id), shipped_properties(dataset_id)
    assert (len(factors), sum(bool(factor.kinds) for factor in factors), len(properties)) == COUNTS[dataset_id]
    assert len({factor.factor_id for factor in factors}) == len(factors)
    assert len({item.property_id for item in properties}) == len(properties)
    for item in properties:
        assert item.value >= 0
        assert item.name not in CONVERTING or (item.value > 0 and all(unit(part) for part in item.unit.split("/")))
        assert unit(item.unit)


@pytest.mark.parametrize("dataset_id", IDS)
def test_every_kind_is_asked_for_by_an_inventory_line(dataset_id: str) -> None:
    kinds = {kind for factor in shipped_factors(dataset_id) for kind in factor.kinds}
    assert {"".join(kind.partition("/")[:2]) for kind in kinds} - asked_for() == set()


@pytest.mark.parametrize("dataset_id", IDS)
def test_no_two_factors_answer_the_same_question(dataset_id: str) -> None:
    questions = Counter(
        (kind, factor.region, factor.data_year, factor.unit, factor.purposes, factor.sector, factor.calibre)
        for factor in shipped_factors(dataset_id)
        for kind in factor.kinds
    )
    assert [question for question, count in questions.items() if count > 1] == []


@pytest.mark.parametrize("dataset_id", IDS)
def test_a_substance_has_each_property_once(dataset_id: str) -> None:
    found = Counter((item.substance, item.name, item.region, item.unit) for item in shipped_properties(dataset_id))
    assert [key for key, count in found.items() if count > 1] == []


def test_every_year_of_the_uk_factors_serves_the_same_kinds() -> None:
    kinds = {year: {kind for factor in shipped_factors(f"uk-desnz-{year}") for kind in factor.kinds} for year in
             (2022, 2023, 2024, 2025)}  # fmt: skip
    assert kinds[2022] ^ kinds[2025] == {"material/wood.closed_loop", "waste/books.composting"}
    assert kinds[2023] ^ kinds[2025] == {"material/wood.closed_loop"}
    assert kinds[2024] == kinds[2025]
