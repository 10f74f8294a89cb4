"""How quantities and emissions of supply leave the service: units of carriers, ratios as decimals, vectors."""

from calendar import monthrange
from datetime import date
from fractions import Fraction

from accounting.supply import park_totals
from accounting.supply.emission_vectors import Emissions as Vector
from accounting.supply.park_energy import Carrier
from emission_factors import decimals
from schema.scalars import ExactDecimal
from schema.types.emissions import Emissions


def unit_of(carrier: str) -> str:
    """Return the base unit a carrier is counted in."""
    return "Nm3" if carrier == Carrier.COMPRESSED_AIR else "MJ"


def exact(value: Fraction) -> ExactDecimal:
    """Return a ratio as it leaves the service, at most 50 digits of it."""
    return ExactDecimal(decimals.exact(value))


def emissions(vector: Vector) -> Emissions:
    """Return a vector as a type of the API."""
    return Emissions(amounts=park_totals.amounts_of(vector))


def last_day(month: date) -> date:
    """Return the last day of a month."""
    return month.replace(day=monthrange(month.year, month.month)[1])
