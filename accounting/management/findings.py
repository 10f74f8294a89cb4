"""Findings: what somebody should look into, in plain words, with the numbers behind it and who is to act.

No finding is stored. Each is found again whenever it is asked for, and is gone as soon as what caused it is repaired.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from accounting.explanation import in_usual_unit
from emission_factors.activity_types import activity_type
from emission_factors.units import unit


class FindingKind(StrEnum):
    """What was found."""

    GAP = "GAP"
    """Months that are due and were not posted."""
    SPIKE = "SPIKE"
    """A month far above or far below what the source posts."""
    METER_RESET = "METER_RESET"
    """A meter that seems to have stopped or begun again at zero."""
    CALIBRATION_DUE = "CALIBRATION_DUE"
    """A meter whose calibration is due or overdue."""
    STALE_FACTOR = "STALE_FACTOR"
    """A factor that is years older than the activity it is applied to."""
    UNMATCHED_TRANSFER = "UNMATCHED_TRANSFER"
    """Energy between neighbours whose two meters differ beyond tolerance, or that one side did not post."""
    EXPIRING_INSTRUMENT = "EXPIRING_INSTRUMENT"
    """A certificate or contract that ends soon, or a certificate that ended unused."""
    EXPIRING_TENANCY = "EXPIRING_TENANCY"
    """A lease that ends soon."""
    MISSING_FACTOR = "MISSING_FACTOR"
    """A quantity that is missing from the footprint for want of a factor."""
    INTERVALS_DIFFER = "INTERVALS_DIFFER"
    """A month whose interval readings do not add up to what was posted."""
    UNACCOUNTED_ENERGY = "UNACCOUNTED_ENERGY"
    """Energy that went into a network and of which nobody says where it went."""


class Severity(StrEnum):
    """How much depends on it."""

    SEVERE = "SEVERE"
    """A total is wrong or incomplete, or a right is lost."""
    WARNING = "WARNING"
    """A total may be wrong, or will be soon."""
    NOTICE = "NOTICE"
    """Worth knowing; nothing is wrong yet."""


class Actor(StrEnum):
    """Who should act."""

    CONTRIBUTOR = "CONTRIBUTOR"
    """Who posts the tenant's data."""
    TENANT_ADMINISTRATOR = "TENANT_ADMINISTRATOR"
    """Who answers for the tenant: its contracts, certificates and factors."""
    PARK_OPERATOR = "PARK_OPERATOR"
    """The operator of the park."""
    METERING = "METERING"
    """Who looks after the meters."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about: whatever of it applies. `counterparty` is the other tenant of a transfer, `declaration`
    what was declared of it, `carrier` the energy.
    """

    tenant: UUID
    site: UUID | None = None
    source: UUID | None = None
    instrument: UUID | None = None
    declaration: UUID | None = None
    counterparty: UUID | None = None
    activity_types: tuple[str, ...] = ()
    supplier: str = ""
    factor: str = ""
    carrier: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One number or text that a finding rests on."""

    name: str
    value: Decimal | None = None
    unit: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """`since` is the day from which it is so; `first` and `last` the days of the activities to look at, both included,
    None where no activity shows it.
    """

    kind: FindingKind
    severity: Severity
    subject: Subject
    message: str
    evidence: tuple[Evidence, ...]
    since: date
    actor: Actor
    action: str
    first: date | None = None
    last: date | None = None

    @property
    def key(self) -> str:
        """What tells it from other findings, the same whenever it is asked for."""
        about = self.subject
        parts = (about.tenant, about.site, about.source, about.instrument, about.declaration, about.counterparty)
        counted_in = self.evidence[0].unit if self.evidence else ""
        named = (*about.activity_types, about.supplier, about.factor, about.carrier, counted_in)
        said = [*(str(part) for part in parts if part), *(part for part in named if part)]
        return " ".join([self.kind, *said, str(self.first or self.since)])


def amount(name: str, code: str, quantity: Decimal, base_unit: str) -> Evidence:
    """Return a quantity of base units as evidence, in the usual unit of its activity type."""
    shown, shown_in = in_usual_unit(activity_type(code), quantity, unit(base_unit))
    return Evidence(name, shown, shown_in.code)


SEVEREST = tuple(Severity)
"""Severities, the severest first."""


def in_order(found: list[Finding]) -> list[Finding]:
    """Return findings, the severest and newest first, in an order that is always the same."""
    return sorted(found, key=lambda one: (SEVEREST.index(one.severity), -one.since.toordinal(), one.key))
