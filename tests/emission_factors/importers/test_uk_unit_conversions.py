"""The unit conversions DESNZ prints (sheet 'Conversions', 2025) against our exact ones."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from emission_factors.units import unit

OURS = {
    "Gigajoule, GJ": "GJ",
    "Kilowatt-hour, kWh": "kWh",
    "Therm": "therm",
    "Tonne oil equivalent, toe": "toe",
    "Kilocalorie, kcal": "kcal",
    "Litres, L": "L",
    "Cubic metres, m3": "m3",
    "Cubic feet, cu ft": "scf",
    "cu ft": "scf",
    "Imperial gallon": "gal_imp",
    "Imp. gallon": "gal_imp",
    "US gallon": "gal",
    "Barrel (US, petroleum), bbl": "bbl",
    "Bbl (US,P)": "bbl",
    "Kilogram, kg": "kg",
    "tonne, t (metric ton)": "t",
    "tonne": "t",
    "ton (UK, long ton)": "long_ton",
    "ton (UK)": "long_ton",
    "ton (US, short ton)": "short_ton",
    "ton (US)": "short_ton",
    "Pound, lb": "lb",
    "Metre, m": "m",
    "Miles, mi": "mile",
    "mi": "mile",
    "Kilometres, km": "km",
    "Nautical miles, nmi or NM": "nmi",
}
LEFT_OUT = {"Feet, ft", "ft", "Inch, in", "in", "Centimetres, cm", "cm", "Yard, yd", "yd"}
"""Units no activity is posted in."""

TOLERANCE = Fraction(1, 10**6)
"""What the digits of the sheet's own inputs allow: it prints the kilogram as 2.20462368 lb, which is 2.20462262 lb."""


def test_every_printed_multiplier_is_ours_but_for_the_calorie(shared_factors: Path) -> None:
    text = (shared_factors / "uk-desnz-unit-conversions-2025.csv").read_text(encoding="utf-8").splitlines()
    compared, different = 0, set()
    for row in csv.DictReader(text):
        if LEFT_OUT & {row["from_unit"], row["to_unit"]}:
            continue
        source, target = (unit(OURS.get(row[name], row[name])) for name in ("from_unit", "to_unit"))
        compared += 1
        ours = source.ratio_to(target)
        if abs(Fraction(Decimal(row["multiplier"])) / ours - 1) > TOLERANCE:
            different.add((source.code, target.code))
    assert compared == 82
    energies = ("GJ", "kWh", "therm", "toe")
    assert different == {pair for code in energies for pair in ((code, "kcal"), ("kcal", code))}


def test_the_sheet_s_calorie_is_the_one_of_fifteen_degrees() -> None:
    assert Fraction(Decimal("4.1858e-06")) / unit("kcal").ratio_to(unit("GJ")) == Fraction(41858, 41868)
