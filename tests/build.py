"""Small constructors for tests of the pure layers: data sets, factors, properties, catalogues, bases, requests, cells.

Every field has a plain default and is overridden by name. Numbers are given as text and become exact.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from uuid import UUID

from accounting.basis import Basis
from accounting.estimates import EstimateRequest
from accounting.footprints import Cell
from accounting.own_factors import OwnFactor, Part
from accounting.regimes import REGIMES, RegimeCode
from emission_factors import catalogue as catalogues
from emission_factors.activity_types import Absence, ActivityType, Line, Scope
from emission_factors.catalogue import Catalogue, Release
from emission_factors.chains import Term
from emission_factors.factors import Dataset, Factor, GasBasis
from emission_factors.gases import GwpSet
from emission_factors.properties import Property
from emission_factors.releases import shipped_catalogue
from emission_factors.selection import Wanted
from emission_factors.units import unit

RELEASE = Release(1, "made", date(2025, 1, 31), "0" * 64)
_DATASET = Dataset(
    "made", "Publisher", "Title", "1", date(2024, 6, 30), GwpSet.AR5, "OGL", "", "", "allowed", "", "", None, 1
)
_LINE = Line("main", Scope.SCOPE_1, None, "stationary", "1.1", "kind", "", 1, Absence.GAP)
_ACTIVITY = ActivityType(
    "made.type", "made.type", "", "Made", "", "made", "diesel", ("mass", "volume", "energy"), "kg", "", "", "", (_LINE,)
)


def dataset(dataset_id: str = "made", **fields: Any) -> Dataset:
    """Return a data set of AR5, published 2024-06-30, whose factors stand in for any later year."""
    return replace(_DATASET, dataset_id=dataset_id, **fields)


def factor(
    record: str = "x",
    co2e: str | None = None,
    gases: Mapping[str, str] | None = None,
    biogenic: str | None = None,
    of: Dataset | None = None,
    **fields: Any,
) -> Factor:
    """Return a factor of kind `kind` for CN, data year 2023, per kg: `gases` in kg, `co2e` the printed total.

    Its validity begins with its data year. Without a basis it is what the numbers make it.
    """
    found = of or dataset()
    given = tuple((name, Fraction(value)) for name, value in (gases or {}).items())
    year = fields.pop("data_year", 2023)
    basis = GasBasis.CO2E_TOTAL if co2e is not None and not given else GasBasis.GAS_MASSES
    made = Factor(
        factor_id=f"{found.dataset_id}:{record}",
        dataset=found,
        kinds=("kind",),
        name_en=f"Factor {record}",
        name_zh="",
        path="",
        region="CN",
        data_year=year,
        valid_from=date(year, 1, 1),
        valid_to=None,
        unit="kg",
        basis=GasBasis.CO2E_BY_GAS if co2e is not None and given else basis,
        co2e=None if co2e is None else Fraction(co2e),
        gases=given,
        co2_biogenic=None if biogenic is None else Fraction(biogenic),
        locator="table 1",
    )
    return replace(made, **fields)


def item(name: str, value: str, in_unit: str, **fields: Any) -> Property:
    """Return a property of diesel in CN, 2023."""
    high = fields.pop("value_high", None)
    top = None if high is None else Decimal(high)
    record = f"made:{name}-{fields.get('substance', 'diesel')}"
    return replace(
        Property(record, "made", "diesel", name, name, "CN", 2023, Decimal(value), top, in_unit, "table 2"), **fields
    )


def made(*factors: Factor, properties: Iterable[Property] = ()) -> Catalogue:
    """Return a catalogue of these factors and properties."""
    return catalogues.build(
        RELEASE, {found.dataset.dataset_id: found.dataset for found in factors}, factors, properties
    )


def wanted(**fields: Any) -> Wanted:
    """Return what is wanted: a factor of kind `kind` for kilograms of diesel in Guangdong, March 2024."""
    given: dict[str, Any] = {
        "kind": "kind",
        "region": "CN-GD",
        "day": date(2024, 3, 1),
        "unit": unit("kg"),
        "substance": "diesel",
    }
    given |= fields
    given.setdefault("year", given["day"].year)
    return Wanted(**given)


def line(code: str = "main", kind: str = "kind", **fields: Any) -> Line:
    """Return an inventory line of scope 1 that asks for `kind`."""
    return replace(_LINE, code=code, kind=kind, **fields)


def activity(*lines: Line, **fields: Any) -> ActivityType:
    """Return an activity type with these lines, counted by mass, volume or energy."""
    return replace(_ACTIVITY, lines=lines or (_LINE,), **fields)


def basis(
    catalogue: Catalogue | None = None,
    regime: RegimeCode = RegimeCode.GHG_PROTOCOL,
    gwp_set: GwpSet = GwpSet.AR6,
    **fields: Any,
) -> Basis:
    """Return a basis; the shipped catalogue is the default."""
    return Basis(REGIMES[regime], gwp_set, catalogue or shipped(), **fields)


@cache
def shipped(number: int | None = None) -> Catalogue:
    """Return a shipped catalogue, read once in a run."""
    return shipped_catalogue(number)


def request(activity_type: str, quantity: object, in_unit: str, **fields: Any) -> EstimateRequest:
    """Return a request for an estimate in Guangdong, all of 2024."""
    days: dict[str, Any] = {"region": "CN-GD", "first_day": date(2024, 1, 1), "last_day": date(2024, 12, 31)}
    return EstimateRequest(activity_type, quantity, in_unit, **(days | fields))


def term(value: str, in_unit: str, name: str = "EF") -> Term:
    """Return one term of a chain."""
    return Term(name, Decimal(value), in_unit)


def own(parts: Mapping[str, Term | tuple[Term, ...]], **fields: Any) -> OwnFactor:
    """Return a factor someone answers for, of gas -> term or chain of terms."""
    chains = tuple(Part(gas, found if isinstance(found, tuple) else (found,)) for gas, found in parts.items())
    return OwnFactor(**({"name": "Ours", "parts": chains, "source": "measured"} | fields))


def cell(activity_type: str, quantity: str | Decimal, base_unit: str, **fields: Any) -> Cell:
    """Return a cell of one row in Guangdong, January 2024, summed over tenants and sites."""
    given: dict[str, Any] = {"supplier": "", "region": "CN-GD", "day": date(2024, 1, 1), "tenant": None, "site": None}
    return Cell(
        activity_type=activity_type,
        base_unit=base_unit,
        quantity=Decimal(quantity),
        **(given | {"own_tenant": None, "row_count": 1} | fields),
    )


def number(value: int) -> UUID:
    """Return a UUID that reads as a number."""
    return UUID(int=value)
