"""Enums of park indicators as enums of the API; see `enums`."""

from accounting.indicators.indicators import Status as IndicatorStatus
from accounting.indicators.park_lines import ElectricityKind as ElectricityKind
from accounting.indicators.park_lines import FuelUse as FuelUse
from accounting.indicators.park_lines import HeatKind as HeatKind
from accounting.indicators.park_lines import Part as ParkPart
from accounting.indicators.park_lines import Side as ParkSide
from accounting.indicators.systems import Direction as IndicatorDirection
from accounting.indicators.systems import Form as IndicatorForm
from accounting.indicators.systems import Role as IndicatorRole
from schema.enums import described

__all__ = [
    "ElectricityKind",
    "FuelUse",
    "HeatKind",
    "IndicatorDirection",
    "IndicatorForm",
    "IndicatorRole",
    "IndicatorStatus",
    "ParkPart",
    "ParkSide",
]

for _found, _name in (
    (ElectricityKind, "ParkElectricityKind"),
    (FuelUse, "ParkFuelUse"),
    (HeatKind, "ParkHeatKind"),
    (IndicatorDirection, "IndicatorDirection"),
    (IndicatorForm, "IndicatorForm"),
    (IndicatorRole, "IndicatorRole"),
    (IndicatorStatus, "IndicatorStatus"),
    (ParkPart, "ParkPart"),
    (ParkSide, "ParkSide"),
):
    described(_found, _name)
