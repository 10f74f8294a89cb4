"""The catalogue's own file format: one CSV per data set, every row a factor with its source.

A data set file is immutable once it is in a release; its SHA-256 is part of the release's content hash. Columns and
their meaning stand in `docs/catalogue-format.md`. Reading refuses a row it does not understand, naming file, row and
column.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Final, TypeVar

from emission_factors import gases
from emission_factors.chains import CO2E, Term, kilograms_per
from emission_factors.factors import Dataset, Factor, GasBasis, Purpose, Status
from emission_factors.gases import GwpSet
from emission_factors.regions import region
from emission_factors.units import Unit, unit

T = TypeVar("T")
Terms = tuple[tuple[str, tuple[Term, ...]], ...]
"""Gas -> the chain its value was derived by."""

COLUMNS: Final = [
    "record",
    "kinds",
    "name_en",
    "name_zh",
    "path",
    "region",
    "data_year",
    "valid_from",
    "valid_to",
    "unit",
    "basis",
    "co2e",
    "gases",
    "co2_biogenic",
    "terms",
    "stage",
    "calibre",
    "purposes",
    "sector",
    "uncertainty_low",
    "uncertainty_high",
    "quality",
    "locator",
    "printed",
    "status",
    "note",
]
"""Columns of a data set file, in order."""


class BadRow(ValueError):
    """A row of a data set file is not a factor; names the row's record, the column and what would be accepted."""

    def __init__(self, record: str, column: str, message: str) -> None:
        super().__init__(f"{record}, column {column}: {message}")
        self.record = record
        self.column = column


def read_datasets(lines: Iterable[str]) -> dict[str, Dataset]:
    """Read `datasets.csv`: dataset id -> data set."""
    return {row["dataset_id"]: dataset_of(row) for row in csv.DictReader(lines)}


def read_factors(dataset: Dataset, lines: Iterable[str]) -> Iterator[Factor]:
    """Read the factors of one data set file; raises `BadRow` at the first row that is none."""
    for row in csv.DictReader(lines):
        yield factor_of(dataset, row)


def factor_of(dataset: Dataset, row: Mapping[str, str]) -> Factor:
    """Make a factor of one row; raises `BadRow`."""
    record = row["record"]
    cell = _Cells(record, row)
    per = cell.read("unit", unit)
    terms = cell.optional("terms", read_terms) or ()
    derived = cell.read("terms", lambda _: _derived(terms, per)) if terms else {}
    factor = Factor(
        factor_id=f"{dataset.dataset_id}:{record}",
        dataset=dataset,
        kinds=tuple(kind for kind in row["kinds"].split("|") if kind),
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        path=row["path"],
        region=cell.read("region", _region_code),
        data_year=cell.read("data_year", int),
        valid_from=cell.read("valid_from", _day),
        valid_to=cell.optional("valid_to", _day),
        unit=per.code,
        basis=cell.read("basis", GasBasis),
        co2e=cell.optional("co2e", _number) if CO2E not in derived else derived[CO2E],
        gases=cell.read("gases", _gas_values) + tuple((gas, value) for gas, value in derived.items() if gas != CO2E),
        co2_biogenic=cell.optional("co2_biogenic", _number),
        locator=row["locator"],
        purposes=cell.read("purposes", _purposes),
        stage=row["stage"],
        calibre=row["calibre"],
        sector=row["sector"],
        uncertainty_low=cell.optional("uncertainty_low", Decimal),
        uncertainty_high=cell.optional("uncertainty_high", Decimal),
        quality=row["quality"],
        printed=row["printed"],
        status=cell.read("status", Status),
        note=row["note"],
        terms=terms,
    )
    try:
        _check_basis(factor)
    except ValueError as error:
        raise BadRow(record, "basis", f"{row['basis']!r} is not accepted ({error})") from None
    return factor


def _check_basis(factor: Factor) -> None:
    """Raise `ValueError` where the values are not what the basis says: a gas would be weighted twice, or left out."""
    names = [name for name, _ in factor.gases]
    if len(set(names)) < len(names):
        raise ValueError("a gas is given twice")
    if factor.basis is GasBasis.CO2E_BY_GAS and factor.gwp_set is None:
        raise ValueError("CO2e by gas needs the GWP set of the data set")
    if factor.basis is GasBasis.CO2E_TOTAL and (names or factor.co2e is None):
        raise ValueError("one CO2e total and no gases are needed")
    if factor.basis in (GasBasis.GAS_MASSES, GasBasis.CO2_ONLY) and factor.co2e is not None:
        raise ValueError("beside masses of gases a CO2e total would count twice")
    if factor.basis is GasBasis.CO2_ONLY and set(names) - {gases.CO2}:
        raise ValueError("only CO2 may be given")


def read_terms(text: str) -> Terms:
    """Read `CO2: NCV=389.31 GJ/10^4 Nm3; CC=0.0153 tC/GJ || CH4: ...` into gas -> chain."""
    return tuple(_chain(part) for part in text.split("||") if part.strip())


def written_terms(terms: Terms) -> str:
    """Write chains as `read_terms` reads them."""
    return " || ".join(
        f"{gas}: " + "; ".join(f"{term.name}={term.value} {term.unit}" for term in chain) for gas, chain in terms
    )


class _Cells:
    """The cells of one row, read with errors that name the record and the column."""

    def __init__(self, record: str, row: Mapping[str, str]) -> None:
        self._record = record
        self._row = row

    def read(self, column: str, parse: Callable[[str], T]) -> T:
        try:
            return parse(self._row[column])
        except (ValueError, InvalidOperation, KeyError) as error:
            raise BadRow(self._record, column, f"{self._row.get(column)!r} is not accepted ({error})") from error

    def optional(self, column: str, parse: Callable[[str], T]) -> T | None:
        return self.read(column, parse) if self._row[column] else None


def dataset_of(row: Mapping[str, str]) -> Dataset:
    """Make a data set's record of its row of `datasets.csv`."""
    return Dataset(
        dataset_id=row["dataset_id"],
        publisher=row["publisher"],
        title=row["title"],
        edition=row["edition"],
        published_on=date.fromisoformat(row["published_on"]),
        gwp_set=GwpSet(row["gwp_set"]) if row["gwp_set"] else None,
        licence=row["licence"],
        licence_url=row["licence_url"],
        attribution=row["attribution"],
        redistribution=row["redistribution"],
        source_url=row["source_url"],
        retrieved_on=row["retrieved_on"],
        carry_years=int(row["carry_years"]) if row["carry_years"] else None,
        first_release=int(row["first_release"]),
        supersedes=row["supersedes"],
    )


def _region_code(text: str) -> str:
    return region(text).code


# Editions repeat each other: of 65,000 numbers that ship 17,000 differ, of the dates 22, of the gas cells a quarter.
_day = lru_cache(maxsize=1024)(date.fromisoformat)


@lru_cache(maxsize=32768)
def _number(text: str) -> Fraction:
    """Read a printed decimal, exponent allowed as some publishers print one, without passing through a float."""
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError("a finite number is needed")
    return Fraction(*value.as_integer_ratio())


@lru_cache(maxsize=8192)
def _gas_values(text: str) -> tuple[tuple[str, Fraction], ...]:
    """Read `CO2=53.06;CH4=0.001`."""
    pairs = (part.partition("=") for part in text.split(";") if part)
    return tuple((gases.gas(name.strip()).code, _number(value)) for name, _, value in pairs)


@lru_cache(maxsize=64)
def _purposes(text: str) -> frozenset[Purpose]:
    return frozenset(Purpose(name) for name in text.split("|") if name) or frozenset({Purpose.CORPORATE})


def _chain(text: str) -> tuple[str, tuple[Term, ...]]:
    gas, _, body = text.strip().partition(":")
    return gas.strip(), tuple(_term(part) for part in body.split(";"))


def _term(text: str) -> Term:
    name, _, measure = text.strip().partition("=")
    value, _, in_unit = measure.partition(" ")
    return Term(name, Decimal(value), in_unit)


def _derived(terms: Terms, per: Unit) -> dict[str, Fraction]:
    """Return gas -> kg per unit for the gases whose value is a chain."""
    return {_gas_code(name): kilograms_per(chain, name, per) for name, chain in terms}


def _gas_code(name: str) -> str:
    return name if name == CO2E else gases.gas(name).code
