"""Every refusal of an estimate: its code, the field at fault, and a message with the offending value."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accounting.basis import Basis
from accounting.estimates import estimate
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import RegimeCode
from accounting.steam_heat import SteamConditions
from tests.build import basis, factor, made, own, request, term

ZERO = own({"CO2": term("0", "kg/kWh")})
STEAM = SteamConditions(Decimal(1), None)
CASES: list[tuple[RefusalCode, str, str, dict[str, Any]]] = [
    (RefusalCode.NOT_A_NUMBER, "quantity", "'1e3' is not a decimal number", {"quantity": "1e3"}),
    (RefusalCode.NOT_A_NUMBER, "quantity", "1.5 is not exact: send the number as a string", {"quantity": 1.5}),
    (
        RefusalCode.NEGATIVE_QUANTITY,
        "quantity",
        "the quantity is -0.5; it must not be negative",
        {"quantity": "-0.50"},
    ),
    (
        RefusalCode.UNKNOWN_ACTIVITY_TYPE,
        "activityType",
        "'stationary.peat' is not an activity type",
        {"activity_type": "stationary.peat"},
    ),
    (RefusalCode.UNKNOWN_UNIT, "unit", "'tonns' is not a unit of the table; near it are", {"in_unit": "tonns"}),
    (
        RefusalCode.UNIT_NOT_ACCEPTED,
        "unit",
        "stationary.diesel is counted by mass, volume, energy, gross energy (such as L), and km measures distance",
        {"in_unit": "km"},
    ),
    (
        RefusalCode.UNIT_NOT_ACCEPTED,
        "unit",
        "stationary.diesel is counted by mass, volume, energy, gross energy (such as L), and kg.h measures mass time",
        {"in_unit": "kg.h"},
    ),
    (
        RefusalCode.UNIT_NOT_ACCEPTED,
        "unit",
        "freight.hgv is counted by freight (such as t.km), and MJ measures energy",
        {"activity_type": "freight.hgv", "steam": STEAM},
    ),
    (RefusalCode.UNKNOWN_REGION, "region", "'CN-XX' is not a region of the table", {"region": "CN-XX"}),
    (
        RefusalCode.PERIOD_ENDS_BEFORE_START,
        "period",
        "the period ends on 2023-12-31, before it starts on 2024-01-01",
        {"last_day": date(2023, 12, 31)},
    ),
    (RefusalCode.UNKNOWN_FACTOR, "factorId", "release 3 has no factor 'x:y'", {"factor_id": "x:y"}),
    (
        RefusalCode.BAD_FACTOR,
        "factorId",
        "cn-ncsc-efdb:ncsc_natural_gas failed a loading check and is shown only, never used: The database's own",
        {"factor_id": "cn-ncsc-efdb:ncsc_natural_gas"},
    ),
    (
        RefusalCode.BAD_FACTOR,
        "ownFactor",
        "the terms times one t leave energy^-1 mass^2; they must leave a mass of gas",
        {"own_factor": own({"CO2": term("0.02", "tC/GJ")})},
    ),
    (RefusalCode.BAD_FACTOR, "parts", "the factor has no part", {"own_factor": own({})}),
    (
        RefusalCode.BAD_FACTOR,
        "line",
        "stationary.diesel has no line 'market'; its lines are combustion, upstream, biogenic",
        {"line": "market", "own_factor": ZERO},
    ),
    (
        RefusalCode.BAD_FACTOR,
        "multipliers",
        "t times its multipliers measures mass volume, in which no activity is counted",
        {"multipliers": (term("2", "m3"),)},
    ),
    (
        RefusalCode.FRACTION_OUT_OF_RANGE,
        "multipliers",
        "fraction out of range: EF is 101 %, accepted is 0 to 1",
        {"multipliers": (term("101", "%"),)},
    ),
    (
        RefusalCode.FRACTION_OUT_OF_RANGE,
        "ownFactor",
        "fraction out of range: OF is 1.01 fraction, accepted is 0 to 1",
        {"own_factor": own({"CO2": (term("3", "t/t"), term("1.01", "fraction", "OF"))})},
    ),
    (
        RefusalCode.ZERO_FACTOR_NEEDS_EVIDENCE,
        "ownFactor.evidence",
        "zero factor needs evidence: Ours counts purchased energy as zero",
        {"activity_type": "electricity.grid", "in_unit": "kWh", "own_factor": ZERO},
    ),
    (
        RefusalCode.NO_FACTOR,
        "activityType",
        "no factor for compressed_air.purchased in CN-GD, 2024, per Nm3, for corporate use: the release holds",
        {"activity_type": "compressed_air.purchased", "in_unit": "Nm3"},
    ),
    (
        RefusalCode.MISSING_PROPERTY,
        "activityType",
        "no factor for fuel.lng.combustion in CN-GD, 2024, per L, for corporate use; nearest is",
        {"activity_type": "stationary.lng", "in_unit": "L"},
    ),
    (
        RefusalCode.PRICE_YEAR_MISSING,
        "unit",
        "USD names no price year; write USD_2024 for spend at prices of 2024",
        {"activity_type": "goods.spend_us/325414", "in_unit": "USD"},
    ),
    (
        RefusalCode.GAS_NOT_COUNTED,
        "activityType",
        "Notice 910 of 2025, zero-carbon parks counts CO2 and lab_gas.used/SF6 emits SF6: ask under a regime",
        {"activity_type": "lab_gas.used/SF6", "in_unit": "kg", "regime": RegimeCode.NDRC_910_2025},
    ),
    (
        RefusalCode.OUTSIDE_TABLE,
        "steam",
        "pressure 25 MPa is outside table C.4",
        {"activity_type": "steam.purchased", "steam": SteamConditions(Decimal(25), None)},
    ),
    (
        RefusalCode.OUTSIDE_TABLE,
        "steam",
        "heat from a steam condition needs a mass, and GJ measures energy",
        {"activity_type": "steam.purchased", "in_unit": "GJ", "steam": STEAM},
    ),
]


def refused(of: Basis, **fields: Any) -> Refused:
    given = {"activity_type": "stationary.diesel", "quantity": "1", "in_unit": "t"} | fields
    with pytest.raises(Refused) as caught:
        estimate(of, request(**given))
    return caught.value


@pytest.mark.parametrize(("code", "field", "message", "fields"), CASES)
def test_a_refusal_names_code_field_and_value(
    code: RefusalCode, field: str, message: str, fields: dict[str, Any]
) -> None:
    regime = fields.get("regime", RegimeCode.GHG_PROTOCOL)
    error = refused(basis(regime=regime), **{name: value for name, value in fields.items() if name != "regime"})
    assert (error.code, error.field) == (code, field)
    assert str(error).startswith(message)


def test_equally_good_factors_are_a_conflict() -> None:
    twins = made(*(factor(record, "1", kinds=("fuel.diesel.combustion",)) for record in "ab"))
    error = refused(basis(twins))
    assert (error.code, error.field) == (RefusalCode.FACTOR_CONFLICT, "activityType")
    assert "made:a (Factor a, kg) and made:b (Factor b, kg). Name the one you mean by its id" in str(error)


def test_every_refusal_an_estimate_can_give_is_shown_here() -> None:
    elsewhere = {
        "BAD_TIME",
        "PERIOD_TOO_LONG",
        "PERIOD_IN_FUTURE",
        "UNKNOWN_TIME_ZONE",
        "UNKNOWN_SOURCE",
        "MISSING_EXTERNAL_ID",
        "TEXT_NOT_ACCEPTED",
        "BAD_DECLARATION",
        "BAD_GRANT",
        "GRANT_NOT_ALLOWED",
        "TOO_MANY_KEYS",
        "NO_STAKE",
        "NO_SUPPLY",
        "ALREADY_REPORTED",
        "ARCHIVED",
        "BAD_INDICATOR",
        "BAD_INTERVALS",
        "BAD_SCENARIO",
        "SUMS_MISSING",
        "UNKNOWN_SERIES",
        "UNREADABLE_ROW",
        "ALREADY_PUBLISHED",
        "ALREADY_RECEIVED",
        "BAD_EVIDENCE",
        "BAD_PERIOD",
        "BAD_REPORT",
        "BAD_WEBHOOK_TARGET",
        "CANNOT_SIGN",
        "FOUR_EYES",
        "NOT_A_RECIPIENT",
        "PERIOD_BUSY",
        "PERIOD_CLOSED",
        "PERIOD_NOT_CLOSED",
        "PERIOD_NOT_OVER",
        "PERIOD_ROLE",
        "PERIOD_STATE",
        "REPORT_SUPERSEDED",
    }
    of_references = {"DUPLICATE_PATH", "NEGATIVE_BALANCE"}
    of_instruments = {code.value for code in RefusalCode if "INSTRUMENT" in code}
    shown = {code.value for code, *_ in CASES} | {"FACTOR_CONFLICT"}
    assert shown | elsewhere | of_references | of_instruments == {code.value for code in RefusalCode}
