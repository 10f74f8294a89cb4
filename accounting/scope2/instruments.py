"""Contractual instruments of scope 2 and the loads they are claimed for: certificates, contracts, supplier rates.

Values only, checked when made. What a regime asks of an instrument is in `instrument_rules`, who covers what in
`matching`. A month is the date of its first day; quantities are MWh.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from emission_factors import decimals

KWH_PER_CERTIFICATE: Final = Decimal(1000)
"""One GEC stands for 1,000 kWh (NEA, rules for GEC issue and trading, 国能发新能规〔2024〕67号)."""


class BadInstrument(ValueError):
    """An instrument, a load or a set of them contradicts itself; `field` names the part at fault."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class Kind(StrEnum):
    """What an instrument is. A residual mix is none: it is a factor for what no instrument covers."""

    GEC = "GEC"
    """Chinese green electricity certificate (绿证), bought apart from the power or issued for own generation."""
    OTHER_CERTIFICATE = "OTHER_CERTIFICATE"
    """Energy attribute certificate of another registry: guarantee of origin, I-REC and the like."""
    GREEN_POWER_TRADE = "GREEN_POWER_TRADE"
    """Green-power trade (绿电交易) through the public grid; the certificate goes with the power."""
    DIRECT_SUPPLY = "DIRECT_SUPPLY"
    """Supply over a line of its own, not through the public grid (绿电直连)."""
    SELF_USE = "SELF_USE"
    """Own generation, consumed where it is made (自发自用), its attributes kept."""
    POWER_PURCHASE_AGREEMENT = "POWER_PURCHASE_AGREEMENT"
    """Contract with a generator, without certificates; one with certificates is claimed by its certificates."""
    SUPPLIER_RATE = "SUPPLIER_RATE"
    """Emission rate of a supplier's product, as delivered."""


class EnergyCarrier(StrEnum):
    """Purchased energy of scope 2, as the categories of the inventory lines name it."""

    ELECTRICITY = "ELECTRICITY"
    """Electricity."""
    STEAM = "STEAM"
    """Steam."""
    HEAT = "HEAT"
    """Hot water and district heat."""
    COOLING = "COOLING"
    """Chilled water and district cooling."""
    COMPRESSED_AIR = "COMPRESSED_AIR"
    """Compressed air, by its energy."""


class Attribute(StrEnum):
    """What the energy was made from: the second axis of a line, beside how it was acquired."""

    NON_FOSSIL = "NON_FOSSIL"
    """Renewable or nuclear."""
    CONVENTIONAL = "CONVENTIONAL"
    """Fossil, mixed or not proven otherwise."""
    FOSSIL_SELF = "FOSSIL_SELF"
    """Own generation from fossil fuel: nothing in scope 2, its fuel counts in scope 1."""


class EvidenceKind(StrEnum):
    """What a piece of evidence is."""

    CERTIFICATE = "CERTIFICATE"
    """The certificate, or the registry's statement of its cancellation."""
    CONTRACT = "CONTRACT"
    """The contract of supply or trade."""
    SETTLEMENT = "SETTLEMENT"
    """The settlement of what was delivered under a contract."""
    METER_RECORD = "METER_RECORD"
    """Monthly meter records."""
    OTHER = "OTHER"
    """Any other document, such as a supplier's statement of its rate."""


class Criterion(StrEnum):
    """The quality criteria of contractual instruments (GHG Protocol Scope 2 Guidance, table 7.1), in its order."""

    CONVEYS_RATE = "CONVEYS_RATE"
    """(1) It conveys the emission rate of the generation."""
    ONLY_CLAIM = "ONLY_CLAIM"
    """(2) It is the only instrument that does so for the energy."""
    RETIRED = "RETIRED"
    """(3) It is tracked, and redeemed, retired or cancelled by or for the reporter."""
    NEAR_CONSUMPTION = "NEAR_CONSUMPTION"
    """(4) It is issued and redeemed as close as possible to the period of consumption."""
    SAME_MARKET = "SAME_MARKET"
    """(5) It is sourced from the market in which the reporter consumes."""
    AS_DELIVERED = "AS_DELIVERED"
    """(6) A supplier's rate is based on delivered energy, certificates retired for customers included."""
    ALL_ATTRIBUTES = "ALL_ATTRIBUTES"
    """(7) In direct purchase or on-site generation all attributes go to the reporter alone."""
    RESIDUAL_MIX = "RESIDUAL_MIX"
    """(8) A residual mix exists, or its absence is disclosed."""


class LoadKind(StrEnum):
    """How a load is supplied."""

    GRID = "GRID"
    """Purchased through the public grid, or through a network of heat or cooling."""
    DIRECT_LINE = "DIRECT_LINE"
    """Purchased over a line of its own."""
    OWN_GENERATION = "OWN_GENERATION"
    """Generated and consumed on the site."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One document: its id in the reporter's files, and what it is."""

    id: str
    kind: EvidenceKind


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a criterion holds, and by which documents. None is not checked, which is not True."""

    holds: bool | None = None
    evidence: tuple[str, ...] = ()


NOT_CHECKED: Final = Check()


@dataclass(frozen=True, slots=True)
class Criteria:
    """The eight quality criteria of one instrument, each a checked field."""

    conveys_rate: Check = NOT_CHECKED
    only_claim: Check = NOT_CHECKED
    retired: Check = NOT_CHECKED
    near_consumption: Check = NOT_CHECKED
    same_market: Check = NOT_CHECKED
    as_delivered: Check = NOT_CHECKED
    all_attributes: Check = NOT_CHECKED
    residual_mix: Check = NOT_CHECKED

    def of(self, criterion: Criterion) -> Check:
        """Return what was checked of one criterion."""
        found: Check = getattr(self, criterion.value.lower())
        return found


@dataclass(frozen=True, slots=True)
class Serials:
    """Certificates by number: `first` to `last` of a batch, both included. One certificate has `first` = `last`."""

    batch: str
    first: int
    last: int

    def __post_init__(self) -> None:
        if not self.batch or not 0 <= self.first <= self.last:
            message = f"certificates {self.batch!r} {self.first} to {self.last}: a batch and first <= last are needed"
            raise BadInstrument("serials", message)

    @property
    def count(self) -> int:
        """How many certificates there are."""
        return self.last - self.first + 1

    def overlaps(self, other: "Serials") -> bool:
        """Whether one certificate stands in both."""
        return self.batch == other.batch and self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Cancellation:
    """That an instrument was cancelled for its beneficiary: on which day, and how many MWh of it."""

    on: date
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Instrument:
    """One claim to the attributes of `quantity` MWh generated from `first_month` to `last_month`.

    `rate` is kg CO2e/MWh, None where the instrument states none. The claim is for consumption of `tenant` at `site`
    (None: at any of its sites) from `claimed_from` to `claimed_to`, all months included. `serials` are the certificates
    cancelled, or those that go with the power. `is_sold` says that the certificates of own generation went to others.
    `generator` is the tenant that generates, where it is one; `code` what the tenant calls the instrument. One claim
    has one beneficiary: a batch cancelled for two is two instruments. Raises `BadInstrument` where the parts contradict
    each other.
    """

    id: str
    kind: Kind
    carrier: EnergyCarrier
    attribute: Attribute
    market: str
    first_month: date
    last_month: date
    quantity: Decimal
    rate: Decimal | None
    tenant: UUID
    site: UUID | None
    claimed_from: date
    claimed_to: date
    cancellation: Cancellation | None = None
    serials: Serials | None = None
    is_sold: bool = False
    is_tradable: bool = True
    generator: UUID | None = None
    evidence: tuple[Evidence, ...] = ()
    criteria: Criteria = field(default_factory=Criteria)
    code: str = ""

    @property
    def name(self) -> str:
        """What messages call it: the tenant's own code of it, or the id where there is none."""
        return self.code or self.id

    def __post_init__(self) -> None:
        _check_months(self.first_month, self.last_month, "last_month")
        _check_months(self.claimed_from, self.claimed_to, "claimed_to")
        _check_quantity(self.quantity, "quantity")
        if self.quantity == 0:
            raise BadInstrument("quantity", f"{self.id}: an instrument for 0 MWh claims nothing")
        if self.rate is not None:
            _check_quantity(self.rate, "rate")
        _check_attribute(self)
        _check_certificates(self)


@dataclass(frozen=True, slots=True)
class Load:
    """What `tenant` consumed at `site` in `month`: MWh of one carrier, supplied one way, in one market.

    `market` is the area within which instruments are issued and cancelled, such as `CN`; not the province.
    """

    tenant: UUID
    site: UUID
    month: date
    carrier: EnergyCarrier
    market: str
    kind: LoadKind
    quantity: Decimal

    def __post_init__(self) -> None:
        _check_months(self.month, self.month, "month")
        _check_quantity(self.quantity, "quantity")


def gec_of(kwh: Decimal, carried_kwh: Decimal = Decimal(0)) -> tuple[int, Decimal]:
    """Return how many certificates `kwh` of a month give, and the kWh that are carried to the next month.

    (kwh + carried) div 1000; `carried_kwh` is the remainder of the month before. Raises `BadInstrument` for less than
    nothing. Source: NEA, rules for GEC issue and trading, 国能发新能规〔2024〕67号.

    >>> gec_of(Decimal(1234567))
    (1234, Decimal('567'))
    """
    _check_quantity(kwh, "kwh")
    _check_quantity(carried_kwh, "carried_kwh")
    whole, remainder = decimals.EXACT.divmod(decimals.total((kwh, carried_kwh)), KWH_PER_CERTIFICATE)
    return int(whole), remainder


def _check_months(first: date, last: date, name: str) -> None:
    if first.day != 1 or last.day != 1 or first > last:
        message = f"{first} to {last} are not months: each is written by its first day, and the last is not before"
        raise BadInstrument(name, message)


def _check_quantity(value: Decimal, name: str) -> None:
    if not value.is_finite() or value < 0:
        raise BadInstrument(name, f"{name} is {value}; accepted is zero or more")


def _check_attribute(made: Instrument) -> None:
    is_own = made.kind is Kind.SELF_USE
    if made.attribute is Attribute.FOSSIL_SELF and (not is_own or made.rate != 0):
        message = f"{made.name}: fossil self-generation is {Kind.SELF_USE} at rate 0, its fuel counts in scope 1"
        raise BadInstrument("attribute", f"{message}; given is {made.kind} at rate {made.rate}")
    if is_own and made.attribute is Attribute.CONVENTIONAL:
        message = f"{made.name}: own generation is {Attribute.NON_FOSSIL} or {Attribute.FOSSIL_SELF}"
        raise BadInstrument("attribute", f"{message}, not {made.attribute}")
    is_green = made.kind in (Kind.GEC, Kind.GREEN_POWER_TRADE)
    if is_green and (made.carrier is not EnergyCarrier.ELECTRICITY or made.attribute is not Attribute.NON_FOSSIL):
        message = f"{made.name}: {made.kind} is non-fossil electricity, not {made.attribute} {made.carrier}"
        raise BadInstrument("attribute", message)


def _check_certificates(made: Instrument) -> None:
    cancelled = made.cancellation
    if cancelled is not None:
        _check_quantity(cancelled.quantity, "cancellation")
        if not 0 < cancelled.quantity <= made.quantity:
            message = f"{made.name}: {cancelled.quantity} MWh cancelled; accepted is above 0, up to {made.quantity} MWh"
            raise BadInstrument("cancellation", message)
    if made.kind is not Kind.GEC:
        return
    counts = (made.quantity, cancelled.quantity if cancelled else made.quantity)
    for count in counts:
        if count != count.to_integral_value():
            raise BadInstrument("quantity", f"{made.name}: certificates are whole, 1 GEC = 1 MWh, not {count}")
    if made.serials and made.serials.count != counts[1]:
        message = f"{made.name}: {made.serials.count} certificates named for {counts[1]} MWh; 1 GEC = 1 MWh"
        raise BadInstrument("serials", message)
