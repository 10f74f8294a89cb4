"""What a tenant declares about itself beside its activities: who owns its sites, what it produces, what it screened.

A declaration has a subject, such as a site from a day on. Declaring the subject again is its next version; nothing is
overwritten, so that a footprint can be asked for as it was known on any day.
"""

from enum import StrEnum
from typing import ClassVar, Protocol


class DeclarationKind(StrEnum):
    """What a declaration is about."""

    HOLDING = "HOLDING"
    """Who holds what of a tenant's operations, and who controls them."""
    LEASE = "LEASE"
    """A site that is leased in or out."""
    DENOMINATOR = "DENOMINATOR"
    """Output, area, revenue and the like of a month."""
    UNCERTAINTY = "UNCERTAINTY"
    """How uncertain the quantities of an activity type are."""
    SCREENING = "SCREENING"
    """How relevant a scope 3 category is, and why it is left out if it is."""
    BASE_YEAR = "BASE_YEAR"
    """The base year and the threshold from which it is recalculated."""
    BASE_YEAR_CHANGE = "BASE_YEAR_CHANGE"
    """A change of structure, method or an error found, with what it does to the years reported."""
    REPORTED_YEAR = "REPORTED_YEAR"
    """The figures of a year as they were first reported, and on which basis."""
    ADOPTION = "ADOPTION"
    """The basis that footprints are computed on unless another is asked for."""
    PLANT = "PLANT"
    """A plant that makes energy carriers, and how it divides what it emits between them."""
    TENANCY = "TENANCY"
    """What a tenant rents in the park and for how long, its floor area and industry."""
    PROSPECT = "PROSPECT"
    """A company that may come to the park, with the load it is projected to have."""
    METER = "METER"
    """What a source measures with: the instrument, its class and when it is calibrated next."""
    EXPECTATION = "EXPECTATION"
    """What a source is to post: how often, and when nothing is due."""
    TRANSFER_TERMS = "TRANSFER_TERMS"
    """What supplier and customer agreed on: their meters, how far these may differ, who bears losses."""
    SUPPLY_CLOSING = "SUPPLY_CLOSING"
    """A month of a supplier's plants that is closed: the factors of what it supplied stand as known then."""
    ZONE = "ZONE"
    """A park within the park, by its members."""
    ENERGY_STOCK = "ENERGY_STOCK"
    """How much of a fuel lies in store at the end of a day."""
    STORAGE = "STORAGE"
    """A battery or heat store: efficiency, capacity and power."""
    INDICATOR_SYSTEM = "INDICATOR_SYSTEM"
    """A system of indicators of an authority."""
    INDICATOR_YEAR = "INDICATOR_YEAR"
    """What a park states for its indicators in a year beside what the ledger holds."""
    TARGET = "TARGET"
    """An emission target with its method and base."""
    SCENARIO = "SCENARIO"
    """Levers in order on a reference year, with what they cost."""
    OBLIGATION = "OBLIGATION"
    """That a report is owed: which, by whom, to which regulator and by when."""
    INGEST_PROFILE = "INGEST_PROFILE"
    """How a tenant's files are read: columns, numbers, dates, time zone."""


class Declared(Protocol):
    """The content of a declaration: a frozen value that refuses what cannot be."""

    kind: ClassVar[DeclarationKind]

    @property
    def subject(self) -> str:
        """What it is about; the same subject again is its next version."""
