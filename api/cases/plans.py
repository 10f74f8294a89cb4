"""What is to be asked of the service for one answer, and what is read from its results."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from api.cases.measures import Measure
from emission_factors.decimals import plain


class NotSupported(Exception):
    """The service cannot make this answer yet, or the runner cannot read the formula; the message says which."""


class Mismatch(Exception):
    """The service holds the figure a case cites, with another value."""


class Read(StrEnum):
    """What is read from a result. Emissions in kg, energy in MJ, quantities in the base unit of the result."""

    CO2E = "CO2E"
    GAS_CO2E = "GAS_CO2E"
    GAS_MASS = "GAS_MASS"
    MASS = "MASS"
    BIOGENIC = "BIOGENIC"
    QUANTITY = "QUANTITY"
    ENERGY = "ENERGY"
    TCE = "TCE"
    TCE_HIGH = "TCE_HIGH"
    TCE_EQUIVALENT = "TCE_EQUIVALENT"
    STEAM_HEAT = "STEAM_HEAT"
    STEAM_ENTHALPY = "STEAM_ENTHALPY"
    STEAM_TEMPERATURE = "STEAM_TEMPERATURE"


@dataclass(frozen=True, slots=True)
class Term:
    """A number with its unit, multiplied into a quantity or a factor."""

    name: str
    value: Decimal
    unit: str

    def variables(self) -> dict[str, Any]:
        """The term as the API takes it."""
        return {"name": self.name, "value": plain(self.value), "unit": self.unit}


@dataclass(frozen=True, slots=True)
class OwnPart:
    """One gas of a factor that the case gives: the product of its terms."""

    gas: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class OnBasis:
    """The basis of an estimate; empty parts are the service's defaults."""

    regime: str = "GHG_PROTOCOL"
    gwp_set: str = ""
    published_by: str = ""
    electricity_kgce_per_kwh: str = ""

    def variables(self) -> dict[str, Any]:
        """The basis as the API takes it."""
        given = {
            "gwpSet": self.gwp_set,
            "publishedBy": self.published_by,
            "electricityKgcePerKwh": self.electricity_kgce_per_kwh,
        }
        return {"regime": self.regime} | {name: value for name, value in given.items() if value}


@dataclass(frozen=True, slots=True)
class Estimate:
    """One estimate to ask for. `factor_id` or `own` replaces the service's choice for `line`."""

    activity_type: str
    quantity: Decimal
    unit: str
    basis: OnBasis = OnBasis()
    region: str = "WORLD"
    first_day: str = "2024-01-01"
    last_day: str = "2024-12-31"
    multipliers: tuple[Term, ...] = ()
    line: str = ""
    factor_id: str = ""
    own: tuple[OwnPart, ...] = ()
    evidence: tuple[str, ...] = ()
    pressure_mpa: Decimal | None = None
    temperature_c: Decimal | None = None
    reference: str = ""

    def variables(self) -> dict[str, Any]:
        """The estimate as the API takes it."""
        body: dict[str, Any] = {
            "activityType": self.activity_type,
            "quantity": plain(self.quantity),
            "unit": self.unit,
            "region": self.region,
            "firstDay": self.first_day,
            "lastDay": self.last_day,
            "multipliers": [term.variables() for term in self.multipliers],
            "line": self.line,
            "factorId": self.factor_id,
            "reference": self.reference,
        }
        if self.own:
            parts = [{"gas": part.gas, "terms": [term.variables() for term in part.terms]} for part in self.own]
            body["factor"] = {"source": "given by a worked example", "parts": parts, "evidence": list(self.evidence)}
        steam = {"pressureMpa": self.pressure_mpa, "temperatureC": self.temperature_c}
        given = {name: plain(value) for name, value in steam.items() if value is not None}
        return body | ({"steam": given} if given else {})

    @property
    def numbers(self) -> list[Decimal]:
        """Every number that is sent."""
        terms = (*self.multipliers, *(term for part in self.own for term in part.terms))
        states = [state for state in (self.pressure_mpa, self.temperature_c) if state is not None]
        return [self.quantity, *(term.value for term in terms), *states]

    @property
    def is_a_quantity_alone(self) -> bool:
        """Whether a posted activity can stand for it: nothing is multiplied in, and no factor is named by its id."""
        changed = (self.multipliers, self.factor_id, self.pressure_mpa, self.temperature_c)
        return not any(part for part in changed)


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read from a result: `read`, of `line` (the first if empty) and of `gas` where it is about one."""

    read: Read
    line: str = ""
    gas: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """A figure of the case that the service must hold: what `reading` of `estimate` must give, in `unit`."""

    estimate: Estimate
    reading: Reading
    figure: str
    value: Decimal
    unit: Measure


@dataclass(frozen=True, slots=True)
class Share:
    """One term of an answer: `sign` times what `readings` gives of `estimate`.

    `chosen` is the factor that the service has to choose by itself; `properties` are figures left to the service's own
    physical properties. With `probes` there are as many as readings, and the reading of the one that holds counts.
    """

    estimate: Estimate
    readings: tuple[Reading, ...]
    sign: int = 1
    chosen: str = ""
    properties: tuple[Term, ...] = ()
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The shares whose sum is the answer, in `unit`; `checks` must hold besides."""

    shares: tuple[Share, ...]
    unit: Measure
    checks: tuple[Probe, ...] = ()

    @property
    def estimates(self) -> list[Estimate]:
        """Every estimate the plan needs, probes included."""
        probes = [probe for share in self.shares for probe in share.probes]
        return [share.estimate for share in self.shares] + [probe.estimate for probe in (*probes, *self.checks)]


def joined(shares: list[Share]) -> list[Share]:
    """Make one estimate of shares that differ in the gas of the case's factor alone, as one factor of several gases."""
    gathered: dict[Estimate, tuple[OwnPart, ...]] = {}
    for share in shares:
        key = _without_gas(share)
        parts = gathered.get(key, ())
        known = {part.gas: part for part in (*parts, *share.estimate.own)}
        gathered[key] = tuple(known.values()) if len(known) == len({*parts, *share.estimate.own}) else parts
    return [_with_gases(share, gathered[_without_gas(share)]) for share in shares]


def _without_gas(share: Share) -> Estimate:
    return replace(share.estimate, own=()) if _is_joinable(share) else share.estimate


def _with_gases(share: Share, parts: tuple[OwnPart, ...]) -> Share:
    if not _is_joinable(share) or share.estimate.own[0] not in parts:
        return share
    return replace(share, estimate=replace(share.estimate, own=parts))


def _is_joinable(share: Share) -> bool:
    return len(share.estimate.own) == 1 and share.estimate.own[0].gas != "CO2E"
