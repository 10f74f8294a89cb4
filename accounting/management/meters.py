"""Meters: what a source measures with, how exactly, and when it is calibrated next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.management.validity import BadManagement, check_days, check_text, refuse_overlaps
from emission_factors import decimals
from emission_factors.units import UnknownUnit, unit


@dataclass(frozen=True, slots=True)
class Meter:
    """The instrument at a source from `valid_from` to `valid_to`, both included.

    A reading times `multiplier` is a quantity in `unit` (a current transformer of 400/5 A makes it 80). `rollover` is
    the reading at which the register begins again at zero, None where not known. Raises `BadManagement`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.METER

    source: UUID
    instrument: str
    multiplier: Decimal
    unit: str
    accuracy_class: str
    calibrated_on: date | None
    calibration_due: date | None
    rollover: Decimal | None
    valid_from: date
    valid_to: date | None
    document: str

    def __post_init__(self) -> None:
        check_text("instrument", self.instrument, is_needed=True)
        check_text("accuracy_class", self.accuracy_class)
        check_text("document", self.document)
        check_days(f"the meter {self.instrument}", self)
        for field, value in (("multiplier", self.multiplier), ("rollover", self.rollover)):
            if value is not None and value <= 0:
                raise BadManagement(field, f"{field} is {decimals.plain(value)}; accepted is more than zero")
        _check_unit(self.unit)
        if self.calibrated_on and self.calibration_due and self.calibration_due <= self.calibrated_on:
            message = f"the next calibration is due on {self.calibration_due}, not after that of {self.calibrated_on}"
            raise BadManagement("calibration_due", message)

    @property
    def subject(self) -> str:
        """The source and the first day of the instrument."""
        return f"{self.source} {self.valid_from}"

    @property
    def most_counted(self) -> Decimal | None:
        """The base units that the register counts before it begins again."""
        if self.rollover is None:
            return None
        return unit(self.unit).in_base(decimals.product(self.rollover, self.multiplier))


def check_meters(found: Iterable[Meter]) -> None:
    """Raise `BadManagement` where a source has two meters on one day."""
    by_source: dict[UUID, list[Meter]] = {}
    for one in found:
        by_source.setdefault(one.source, []).append(one)
    for of_source in by_source.values():
        refuse_overlaps(f"the meter of a source ({of_source[0].instrument})", of_source)


def _check_unit(text: str) -> None:
    try:
        unit(text)
    except UnknownUnit as error:
        raise BadManagement("unit", str(error)) from None
