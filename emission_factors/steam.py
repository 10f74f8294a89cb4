"""Enthalpy of steam from the tables of GB/T 32151.34-2024 (C.4 saturated, C.5 superheated), and heat from it.

Between table points the standard interpolates linearly (5.2.6.2); outside its tables there is no value. Fifteen
printed cells are suspected misprints (compared with IAPWS-IF97): a result that leans on one says so. Next to saturation
table C.5 has water beside steam; there the saturated value of table C.4 is the lower point, and the result says so.
"""

import csv
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from emission_factors import decimals
from emission_factors.resources import open_data

SATURATED: Final = "C.4"
SUPERHEATED: Final = "C.5"

HOT_WATER_REFERENCE_C: Final = 20
"""Temperature whose heat content counts as zero (NDRC industry guidelines 2015: Q = m x (T - 20) x 4.1868 / 1000)."""
WATER_HEAT_CAPACITY: Final = Fraction("4.1868")
"""kJ/(kg.K) of water, as the same formula prints it."""


class OutsideTable(ValueError):
    """A condition lies outside the printed tables, or is no steam; the message names the range that is accepted."""


@dataclass(frozen=True, slots=True)
class Point:
    """One printed cell, enthalpies in kJ/kg; `physical` is that of IAPWS-IF97, `is_suspect` a suspected misprint."""

    table: str
    pressure_mpa: Decimal
    temperature_c: Decimal
    enthalpy: Decimal
    physical: Decimal
    is_suspect: bool
    note: str


@dataclass(frozen=True, slots=True)
class Enthalpy:
    """`value` in kJ/kg at `temperature_c`; the table and the points it was interpolated from; what to know about it."""

    value: Decimal
    temperature_c: Decimal
    table: str
    points: tuple[Point, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """An exact enthalpy and the points it came from."""

    enthalpy: Fraction
    points: tuple[Point, ...]


def saturated(pressure_mpa: Decimal) -> Enthalpy:
    """Return the enthalpy of dry saturated steam at an absolute pressure in MPa, and its temperature, from table C.4.

    Both are linear in pressure between two printed pressures. Raises `OutsideTable`.

    >>> found = saturated(Decimal("1.75"))
    >>> found.value, found.temperature_c
    (Decimal('2794.45'), Decimal('205.7'))
    """
    low, high, share = _saturation(pressure_mpa)
    points = (low,) if low == high else (low, high)
    return Enthalpy(
        decimals.rounded(_between(low.enthalpy, high.enthalpy, share)),
        decimals.rounded(_between(low.temperature_c, high.temperature_c, share)),
        SATURATED,
        points,
        _warnings(points),
    )


def superheated(pressure_mpa: Decimal, temperature_c: Decimal) -> Enthalpy:
    """Return the enthalpy of superheated steam at an absolute pressure in MPa and a temperature in degC (table C.5).

    Bilinear between four printed points. Where one of them is liquid water, linear in temperature between saturation
    (table C.4) and the next printed temperature at which both pressures are steam. Raises `OutsideTable`: outside the
    table, or at or below the saturation temperature.

    >>> superheated(Decimal(1), Decimal(300)).value
    Decimal('3051.3')
    """
    pressures, temperatures, _ = _superheated_table()
    _require("pressure", pressure_mpa, pressures, "MPa", SUPERHEATED)
    _require("temperature", temperature_c, temperatures, "degC", SUPERHEATED)
    boiling = _boiling_point(pressure_mpa)
    if boiling is not None and Fraction(temperature_c) <= boiling:
        saturation = decimals.plain(decimals.shown(decimals.rounded(boiling)))
        raise OutsideTable(
            f"at {pressure_mpa} MPa steam is saturated at {saturation} degC; {temperature_c} degC is not above it: "
            "give the pressure alone for saturated steam"
        )
    lower, upper = _neighbours(temperatures, temperature_c)
    if boiling is not None and _has_water(pressure_mpa, lower):
        return _above_saturation(pressure_mpa, temperature_c, boiling)
    low, high = _at(pressure_mpa, lower), _at(pressure_mpa, upper)
    value = _between(low.enthalpy, high.enthalpy, _share(lower, upper, Fraction(temperature_c)))
    return _superheated_result(value, temperature_c, (*low.points, *high.points), ())


def steam_heat(mass_t: Decimal | Fraction, enthalpy: Decimal, reference: Decimal = Decimal(0)) -> Fraction:
    """Return the heat of steam in GJ: Q = m x (h - h_ref) / 1000, mass in t, enthalpies in kJ/kg.

    GB/T 32151.34-2024 eq. (13) subtracts nothing; the NDRC guidelines of 2015 subtract 83.74 kJ/kg.

    >>> steam_heat(Decimal(1000), Decimal("2777.0"))
    Fraction(2777, 1)
    """
    return Fraction(mass_t) * (Fraction(enthalpy) - Fraction(reference)) / 1000


def hot_water(mass_t: Decimal | Fraction, temperature_c: Decimal) -> Fraction:
    """Return the heat of hot water in GJ: Q = m x (T - 20) x 4.1868 / 1000, mass in t, temperature in degC.

    Raises `OutsideTable` below 20 degC, where the formula would give negative heat.

    >>> hot_water(Decimal(500), Decimal(80))
    Fraction(31401, 250)
    """
    if temperature_c < HOT_WATER_REFERENCE_C:
        raise OutsideTable(f"{temperature_c} degC is below {HOT_WATER_REFERENCE_C} degC, where water counts no heat")
    return Fraction(mass_t) * (Fraction(temperature_c) - HOT_WATER_REFERENCE_C) * WATER_HEAT_CAPACITY / 1000


def points() -> tuple[Point, ...]:
    """Return every printed cell of both tables."""
    with open_data("steam.csv") as lines:
        return tuple(_point(row) for row in csv.DictReader(lines))


def _above_saturation(pressure_mpa: Decimal, temperature_c: Decimal, boiling: Fraction) -> Enthalpy:
    """Interpolate between saturation and the lowest printed temperature above the wanted one that has no water."""
    _, temperatures, _ = _superheated_table()
    upper = next(value for value in temperatures if value >= temperature_c and not _has_water(pressure_mpa, value))
    saturation, steam = saturated(pressure_mpa), _at(pressure_mpa, upper)
    share = (Fraction(temperature_c) - boiling) / (Fraction(upper) - boiling)
    value = _between(saturation.value, steam.enthalpy, share)
    warning = "next to saturation: interpolated between saturated steam (table C.4) and superheated steam (table C.5)"
    return _superheated_result(value, temperature_c, (*saturation.points, *steam.points), (warning,))


def _superheated_result(
    value: Fraction, temperature_c: Decimal, used: Sequence[Point], warnings: tuple[str, ...]
) -> Enthalpy:
    distinct = tuple(dict.fromkeys(used))
    return Enthalpy(decimals.rounded(value), temperature_c, SUPERHEATED, distinct, (*warnings, *_warnings(distinct)))


def _at(pressure_mpa: Decimal, temperature_c: Decimal) -> _Known:
    """Interpolate in pressure at a printed temperature."""
    pressures, _, cells = _superheated_table()
    lower, upper = _neighbours(pressures, pressure_mpa)
    low, high = cells[lower, temperature_c], cells[upper, temperature_c]
    value = _between(low.enthalpy, high.enthalpy, _share(lower, upper, Fraction(pressure_mpa)))
    return _Known(value, (low,) if low == high else (low, high))


def _has_water(pressure_mpa: Decimal, temperature_c: Decimal) -> bool:
    """Whether table C.5 prints liquid water at a temperature for either neighbouring pressure."""
    pressures, _, _ = _superheated_table()
    boiling = [_boiling_point(pressure) for pressure in _neighbours(pressures, pressure_mpa)]
    return any(point is not None and Fraction(temperature_c) <= point for point in boiling)


def _boiling_point(pressure_mpa: Decimal) -> Fraction | None:
    """Return the saturation temperature of table C.4, or None above its highest pressure, near the critical point."""
    if pressure_mpa > _saturated_table()[-1].pressure_mpa:
        return None
    low, high, share = _saturation(pressure_mpa)
    return _between(low.temperature_c, high.temperature_c, share)


def _saturation(pressure_mpa: Decimal) -> tuple[Point, Point, Fraction]:
    table = _saturated_table()
    pressures = [point.pressure_mpa for point in table]
    _require("pressure", pressure_mpa, pressures, "MPa", SATURATED)
    lower, upper = _neighbours(pressures, pressure_mpa)
    low, high = table[pressures.index(lower)], table[pressures.index(upper)]
    return low, high, _share(lower, upper, Fraction(pressure_mpa))


def _require(what: str, value: Decimal, printed: Sequence[Decimal], in_unit: str, table: str) -> None:
    if not printed[0] <= value <= printed[-1]:
        raise OutsideTable(
            f"{what} {value} {in_unit} is outside table {table} of GB/T 32151.34-2024: "
            f"{printed[0]} to {printed[-1]} {in_unit} is accepted"
        )


def _neighbours(printed: Sequence[Decimal], value: Decimal) -> tuple[Decimal, Decimal]:
    """Return the printed values around one inside their range, twice the same where it is printed itself."""
    index = bisect_left(printed, value)
    return (printed[index], printed[index]) if printed[index] == value else (printed[index - 1], printed[index])


def _share(lower: Decimal, upper: Decimal, value: Fraction) -> Fraction:
    return (value - Fraction(lower)) / (Fraction(upper) - Fraction(lower)) if lower != upper else Fraction(0)


def _between(low: Decimal | Fraction, high: Decimal | Fraction, share: Fraction) -> Fraction:
    return Fraction(low) + share * (Fraction(high) - Fraction(low))


def _warnings(used: Sequence[Point]) -> tuple[str, ...]:
    return tuple(
        f"suspected misprint in table {point.table}: {point.enthalpy} kJ/kg at {point.pressure_mpa} MPa and "
        f"{point.temperature_c} degC"
        for point in used
        if point.is_suspect
    )


def _point(row: Mapping[str, str]) -> Point:
    return Point(
        row["table"],
        Decimal(row["pressure_mpa"]),
        Decimal(row["temperature_c"]),
        Decimal(row["enthalpy_kj_per_kg"]),
        Decimal(row["iapws97_kj_per_kg"]),
        row["status"] != "ok",
        row["note"],
    )


@lru_cache(maxsize=1)
def _saturated_table() -> tuple[Point, ...]:
    found = (point for point in points() if point.table == SATURATED)
    return tuple(sorted(found, key=lambda point: point.pressure_mpa))


_Cells = Mapping[tuple[Decimal, Decimal], Point]


@lru_cache(maxsize=1)
def _superheated_table() -> tuple[tuple[Decimal, ...], tuple[Decimal, ...], _Cells]:
    """Return the printed pressures, the printed temperatures, and (pressure, temperature) -> cell; the grid is full."""
    cells = {(point.pressure_mpa, point.temperature_c): point for point in points() if point.table == SUPERHEATED}
    pressures = tuple(sorted({pressure for pressure, _ in cells}))
    temperatures = tuple(sorted({temperature for _, temperature in cells}))
    return pressures, temperatures, MappingProxyType(cells)
