"""Refusals: what a caller gave that cannot be used, as a code, a field and a message with the offending value.

Codes are added, never given another meaning; clients switch on them.
"""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why an estimate, a row to be posted or a change of an instrument is refused."""

    NOT_A_NUMBER = "NOT_A_NUMBER"
    """The quantity is no exact decimal of at most 38 digits."""
    NEGATIVE_QUANTITY = "NEGATIVE_QUANTITY"
    """Quantities are not negative; what reduces a balance has an activity type of its own."""
    UNKNOWN_ACTIVITY_TYPE = "UNKNOWN_ACTIVITY_TYPE"
    """The catalogue has no such activity type, or its qualifier is missing."""
    UNKNOWN_UNIT = "UNKNOWN_UNIT"
    """The unit table has no such unit."""
    UNIT_NOT_ACCEPTED = "UNIT_NOT_ACCEPTED"
    """The activity type is not counted in the unit's dimension."""
    UNKNOWN_REGION = "UNKNOWN_REGION"
    """The region table has no such region."""
    PERIOD_ENDS_BEFORE_START = "PERIOD_ENDS_BEFORE_START"
    """The period's end is not after its start."""
    UNKNOWN_FACTOR = "UNKNOWN_FACTOR"
    """The release has no factor of the id named."""
    BAD_FACTOR = "BAD_FACTOR"
    """The factor given does not make a mass of gas per unit of the quantity."""
    FRACTION_OUT_OF_RANGE = "FRACTION_OUT_OF_RANGE"
    """A fraction or percentage is not between 0 and 1."""
    ZERO_FACTOR_NEEDS_EVIDENCE = "ZERO_FACTOR_NEEDS_EVIDENCE"
    """Purchased energy at zero emissions needs a document that proves it."""
    DUPLICATE_PATH = "DUPLICATE_PATH"
    """The same activity is given twice in different dimensions, such as by volume and by mass."""
    NEGATIVE_BALANCE = "NEGATIVE_BALANCE"
    """More leaves a material balance than enters it."""
    NO_FACTOR = "NO_FACTOR"
    """No factor is admissible; the message names what was looked for."""
    FACTOR_CONFLICT = "FACTOR_CONFLICT"
    """Several factors are equally good; the message names them."""
    OUTSIDE_TABLE = "OUTSIDE_TABLE"
    """Pressure or temperature lies outside the enthalpy tables."""
    BAD_TIME = "BAD_TIME"
    """A time is no RFC 3339 date and time with an offset, or lies before 1990."""
    PERIOD_TOO_LONG = "PERIOD_TOO_LONG"
    """The period spans more than ten years."""
    PERIOD_IN_FUTURE = "PERIOD_IN_FUTURE"
    """The period has not ended yet."""
    UNKNOWN_TIME_ZONE = "UNKNOWN_TIME_ZONE"
    """The text is no IANA time zone."""
    UNKNOWN_SOURCE = "UNKNOWN_SOURCE"
    """The tenant has no source of this code."""
    MISSING_EXTERNAL_ID = "MISSING_EXTERNAL_ID"
    """A row needs the id its own system gave it."""
    TEXT_NOT_ACCEPTED = "TEXT_NOT_ACCEPTED"
    """A text is empty, too long or holds characters that cannot be stored."""
    BAD_INSTRUMENT = "BAD_INSTRUMENT"
    """The parts of a contractual instrument contradict each other."""
    INSTRUMENT_CANCELLED = "INSTRUMENT_CANCELLED"
    """The instrument was cancelled for its beneficiary; that is final."""
    INSTRUMENT_SOLD = "INSTRUMENT_SOLD"
    """The certificates of the instrument were sold; its tenant has no claim to cancel or sell any more."""
    INSTRUMENT_WITHDRAWN = "INSTRUMENT_WITHDRAWN"
    """The instrument was withdrawn; it takes no further change."""
    BAD_DECLARATION = "BAD_DECLARATION"
    """The declaration contradicts itself, another one of the tenant, or comes twice in one request."""
    INSTRUMENT_NOT_TRANSFERABLE = "INSTRUMENT_NOT_TRANSFERABLE"
    """The kind, the origin or the age of the instrument keeps it from going to another tenant."""
    INSTRUMENT_OVERDRAWN = "INSTRUMENT_OVERDRAWN"
    """More is to be split off or handed over than the instrument holds, or certificates it does not hold."""
    INSTRUMENT_MOVED = "INSTRUMENT_MOVED"
    """A part was split off or the instrument changed hands; what the certificates are is corrected no more."""
    MISSING_PROPERTY = "MISSING_PROPERTY"
    """A density or calorific value that converts the quantity into a factor's unit is missing."""
    PRICE_YEAR_MISSING = "PRICE_YEAR_MISSING"
    """Spend is given in a currency without the year of its prices."""
    GAS_NOT_COUNTED = "GAS_NOT_COUNTED"
    """The regime counts none of the gases emitted; another regime counts them."""
    NO_STAKE = "NO_STAKE"
    """Nobody declared who holds or controls the operation on a day of the period."""
    NO_SUPPLY = "NO_SUPPLY"
    """What a neighbour in the park supplied has no factor, as a fuel or purchase of the neighbour's has none."""
    ALREADY_REPORTED = "ALREADY_REPORTED"
    """The figures of the year were reported before; what changes them is declared as a change of the base year."""


class Refused(Exception):
    """What was given is refused: code, the field at fault, and a message with the offending value.

    `clause` is given where it depends on the case; else it is that of the code, see `clauses`.
    """

    def __init__(self, code: RefusalCode, field: str, message: str, clause: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.field = field
        self.clause = clause
