"""Everything a report of a park or of one of its tenants needs, as values: known at one instant, under one release.

`ledger.reports.inputs` reads them, `reports.assembling` makes a document of them; nothing here knows either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Any
from uuid import UUID

from accounting.basis import Basis
from accounting.change.base_year_series import BaseYearSeries
from accounting.declarations import DeclarationKind
from accounting.energy.books import Books
from accounting.footprints import Footprint
from accounting.indicators.indicators import Assessment
from accounting.indicators.inputs import Stated
from accounting.indicators.park_year import ParkYearEmissions
from accounting.indicators.statements import Override
from accounting.judgement.activity_uncertainty import Uncertainties
from accounting.management.completeness import MatrixRow
from accounting.scope2.instruments import Instrument
from accounting.supply.park_supply import ParkSupply


class SubjectKind(StrEnum):
    """Of whom a report is."""

    PARK = "PARK"
    """All tenants of a park together."""
    TENANT = "TENANT"
    """One tenant, a legal entity."""


@dataclass(frozen=True, slots=True)
class Named:
    """The subject as registered: its code within the service or the park, names, and the region of its factors."""

    kind: SubjectKind
    code: str
    name_en: str
    name_zh: str
    region: str


@dataclass(frozen=True, slots=True)
class Party:
    """A tenant; `industry_code` is the class of GB/T 4754, empty where not known."""

    code: str
    name_en: str
    name_zh: str
    is_operator: bool
    industry_code: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site of a tenant, whose code `operator` is."""

    tenant: UUID
    operator: str
    code: str
    name_en: str
    name_zh: str
    region: str


@dataclass(frozen=True, slots=True)
class Stream:
    """A source at a site, by what its tenant calls it."""

    site: UUID
    code: str
    name_en: str
    name_zh: str


@dataclass(frozen=True, slots=True)
class Said:
    """A declaration in force: whose, and what it says; `content` is of the kind's class."""

    tenant: UUID
    content: Any


@dataclass(frozen=True, slots=True)
class Restated:
    """How many activities of the period one tenant corrected or voided for one reason; `kind` is of the activity."""

    tenant: UUID
    kind: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class ParkFigures:
    """A park's year in two figures: t CO2 by the park method, and tce of all energy consumed; None where missing."""

    year: int
    emissions: Fraction | None
    energy: Fraction | None


@dataclass(frozen=True, slots=True)
class ParkPeriod:
    """A park by the method of notice 910: its lines, and what its indicators rest on.

    Indicators are of calendar years: `assessment` is None for any other period. `previous` holds the two years before
    the period's, for a year.
    """

    emissions: ParkYearEmissions
    inputs: Mapping[str, Stated]
    assessment: Assessment | None
    overrides: Mapping[str, Override]
    previous: tuple[ParkFigures, ...]


@dataclass(frozen=True, slots=True)
class ReportInputs:
    """The values of one report. `first` and `last` are first days of months, both included; `on` is the day on which
    what is due is judged.

    `footprint` is by tenant, site, month and quality. `park` is None but for a park under notice 910, `supply` but for
    a park whose regime counts internal supply by suppliers' factors. `instruments` are those claimed for the period.
    `operators` says which tenant runs a site, `uncertainties` what was declared of quantities and factors, `is_upper`
    which end of a published range of standard coal coefficients applies.
    """

    subject: Named
    first: date
    last: date
    on: date
    basis: Basis
    footprint: Footprint
    parties: Mapping[UUID, Party]
    places: Mapping[UUID, Place]
    streams: Mapping[UUID, Stream]
    energy: Books
    declared: Mapping[DeclarationKind, Sequence[Said]]
    base_years: Mapping[UUID, BaseYearSeries]
    matrix: Sequence[MatrixRow]
    instruments: Sequence[Instrument]
    restated: Sequence[Restated]
    uncertainties: Uncertainties
    operators: Mapping[UUID, UUID]
    park: ParkPeriod | None = None
    supply: ParkSupply | None = None
    is_upper: bool | None = None

    @property
    def is_year(self) -> bool:
        """Whether the period is a calendar year."""
        return (self.first.month, self.last.month) == (1, 12) and self.first.year == self.last.year

    @property
    def tenants(self) -> tuple[UUID, ...]:
        """The tenants the report is of, by code."""
        return tuple(sorted(self.parties, key=lambda tenant: self.parties[tenant].code))

    def said(self, kind: DeclarationKind) -> Sequence[Said]:
        """Return what is declared of a kind, by tenant and subject."""
        return self.declared.get(kind, ())
