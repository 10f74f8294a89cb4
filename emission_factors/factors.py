"""What a factor and a data set are: the records of the catalogue, as published, with where they come from."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from emission_factors.chains import Term
from emission_factors.gases import GwpSet


class GasBasis(StrEnum):
    """What a factor's numbers are. Publishers' gas columns differ: never multiply by a GWP twice."""

    GAS_MASSES = "GAS_MASSES"
    """Mass of each gas; any GWP set applies."""
    CO2E_BY_GAS = "CO2E_BY_GAS"
    """CO2e of each gas under the data set's own GWP set, and a printed total."""
    CO2E_TOTAL = "CO2E_TOTAL"
    """One total in CO2e; it cannot be restated under another GWP set."""
    CO2_ONLY = "CO2_ONLY"
    """Carbon dioxide only; other gases are missing, not zero."""


class Purpose(StrEnum):
    """What a publisher's factor may be used for; a product footprint factor is not a corporate one."""

    CORPORATE = "CORPORATE"
    """An organisation's inventory."""
    PRODUCT = "PRODUCT"
    """A product's life-cycle footprint."""
    PARK = "PARK"
    """Acceptance of a zero-carbon park under notice 910 of 2025."""


class Status(StrEnum):
    """How far a figure has been confirmed."""

    VERIFIED = "VERIFIED"
    """Two independent copies agree, or a recomputation does."""
    SINGLE_SOURCE = "SINGLE_SOURCE"
    """One copy was read."""
    CONFLICTING = "CONFLICTING"
    """Copies or computations disagree; the note says how."""
    QUARANTINED = "QUARANTINED"
    """Failed a loading check; kept to be seen, never selected."""


class Origin(StrEnum):
    """Who gave the factor; the first rungs of the selection ladder."""

    SUPPLIER = "SUPPLIER"
    """A supplier's own figure for what it delivers."""
    CUSTOM = "CUSTOM"
    """A tenant's own figure."""
    CATALOGUE = "CATALOGUE"
    """A published figure of the factor release."""
    INSTRUMENT = "INSTRUMENT"
    """The rate of a contractual instrument: certificate, contract, supplier's product."""
    CALLER = "CALLER"
    """Given with the request."""


@dataclass(frozen=True, slots=True)
class Dataset:
    """One published edition. `carry_years` is how many years after its data year a factor of it still stands in."""

    dataset_id: str
    publisher: str
    title: str
    edition: str
    published_on: date
    gwp_set: GwpSet | None
    licence: str
    licence_url: str
    attribution: str
    redistribution: str
    source_url: str
    retrieved_on: str
    carry_years: int | None
    first_release: int
    supersedes: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a figure stands: enough to find it again without us."""

    publisher: str
    document: str
    locator: str
    licence: str
    url: str
    published_on: date | None


@dataclass(frozen=True, slots=True)
class Factor:
    """One version of one published or supplied value, in kg per `unit`.

    `co2e` is the printed total; `gases` maps gas -> kg of gas or kg CO2e of it, as `basis` says; `co2_biogenic` is kg
    of biogenic CO2, always outside the scopes. `terms` holds the chain of each gas where the value was derived.
    """

    factor_id: str
    dataset: Dataset
    kinds: tuple[str, ...]
    name_en: str
    name_zh: str
    path: str
    region: str
    data_year: int
    valid_from: date
    valid_to: date | None
    unit: str
    basis: GasBasis
    co2e: Fraction | None
    gases: tuple[tuple[str, Fraction], ...]
    co2_biogenic: Fraction | None
    locator: str
    purposes: frozenset[Purpose] = frozenset({Purpose.CORPORATE})
    stage: str = ""
    calibre: str = ""
    sector: str = ""
    uncertainty_low: Decimal | None = None
    uncertainty_high: Decimal | None = None
    quality: str = ""
    printed: str = ""
    status: Status = Status.SINGLE_SOURCE
    note: str = ""
    terms: tuple[tuple[str, tuple[Term, ...]], ...] = ()
    origin: Origin = Origin.CATALOGUE
    supplier: str = ""

    def __hash__(self) -> int:
        # What names a factor nearly tells it from all others; hashing forty fractions as well would cost more than
        # the look-ups save.
        return hash((self.factor_id, self.supplier, self.valid_from))

    @property
    def gwp_set(self) -> GwpSet | None:
        """The GWP set the printed CO2e values were computed with, if any."""
        return self.dataset.gwp_set

    @property
    def citation(self) -> Citation:
        """Publisher, document, table and licence of the figure."""
        source = self.dataset
        document = f"{source.title}, {source.edition}" if source.edition else source.title
        return Citation(
            source.publisher, document, self.locator, source.licence, source.source_url, source.published_on
        )
