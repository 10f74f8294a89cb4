"""What the companies of the demo park declare, as the API takes it: pure, and the same whenever it is asked for."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from api.demo.bills import source_code
from api.demo.declared_tables import (
    DenominatorRow,
    HoldingRow,
    ScreeningRow,
    UncertaintyRow,
    YearChangeRow,
    base_years,
    denominators,
    holdings,
    leases,
    screenings,
    uncertainties,
    year_changes,
)
from api.demo.levels import Dice, decimal_text, month_steps
from api.demo.parks import Park
from api.demo.registering import KnownPark
from api.demo.tables import companies, rows_of, streams
from api.demo.windows import Window, bill_periods, day_of

SCREENED_ON: Final = "0/11/20"
INDICATORS: Final = ("reliability", "completeness", "time", "geography", "technology")
_LONG: Final = {"quarter": "QUARTER", "year": "YEAR"}
"""Cycles of bills that are not every month's."""
_SCOPES: Final = {
    "scope1": "scope_1",
    "scope2Location": "scope_2",
    "scope2Market": "scope_2",
    "scope3": "scope_3",
}

Input = dict[str, Any]


def holding_inputs(tenant: str, park: Park, known: KnownPark) -> list[Input]:
    """Return who holds what of a tenant; none where a holder is not in the park, as the rest would not be the whole."""
    found = [row for row in holdings() if row.tenant == tenant]
    if not all(row.holder in known.tenants for row in found):
        return []
    return [_holding(row, park.window, known) for row in found]


def lease_inputs(tenant: str, park: Park, known: KnownPark) -> list[Input]:
    """Return the leases of a tenant."""
    names = {one.code: one.name_en for one in park.tenants}
    return [
        {
            "siteId": known.tenants[tenant].sites[row.site],
            "party": row.party,
            "kind": row.kind,
            "counterparty": names[row.counterparty],
            "document": row.document,
        }
        | _validity(row.valid_from, row.valid_to, park.window)
        for row in leases()
        if row.tenant == tenant
    ]


def denominator_inputs(tenant: str, park: Park) -> list[Input]:
    """Return what a tenant produced, occupied and earned in every month of the window."""
    return [
        found for row in denominators() if row.tenant == tenant for found in _months(row, Dice(park.seed), park.window)
    ]


def screening_inputs(tenant: str, park: Park) -> list[Input]:
    """Return the screening of the fifteen categories of scope 3."""
    return [_screening(row, park.window) for row in screenings() if row.tenant == tenant]


def uncertainty_inputs() -> list[Input]:
    """Return how uncertain quantities and factors are; every tenant declares the same."""
    return [_uncertainty(row) for row in uncertainties()]


def expectation_inputs(tenant: str, park: Park, known: KnownPark) -> list[Input]:
    """Return what is due other than every month: sources with a quarter's or a year's bill, and months without any."""
    company = next(one for one in companies() if one.code == tenant)
    idle = {row["source"]: row for row in rows_of("exemptions") if row["tenant"] == tenant}
    found: list[Input] = []
    for stream in streams(company):
        periods = bill_periods(stream.cycle, park.window)
        if periods and (stream.cycle in _LONG or stream.code in idle):
            source = known.tenants[tenant].sources[source_code(company, stream)]
            since = {"sourceId": source, "validFrom": periods[0].start.isoformat()}
            every = {"every": _LONG.get(stream.cycle, "MONTH")}
            found.append(since | every | _exempted(idle.get(stream.code), park.window))
    return found


def _exempted(row: Mapping[str, str] | None, window: Window) -> Input:
    if row is None:
        return {}
    first, last = (f"{day_of(row[end], window):%Y-%m}" for end in ("first", "last"))
    return {"notApplicable": [{"first": first, "last": last, "reason": row["reason"]}]}


def policy_input(tenant: str, park: Park) -> Input | None:
    """Return the base year policy of a tenant; none where it has none or the window holds no whole year."""
    row = next((row for row in base_years() if row.tenant == tenant), None)
    if row is None or not park.window.full_years:
        return None
    return {
        "year": park.window.full_years[0],
        "total": row.total,
        "approach": "OPERATIONAL_CONTROL",
        "thresholdPercent": row.threshold,
        "document": row.document,
    }


def change_inputs(tenant: str, park: Park, reported: Mapping[int, Mapping[str, str]]) -> list[Input]:
    """Return what changes the years a tenant `reported`, year -> scope -> kg CO2e."""
    found = [_change(row, park.window, reported) for row in year_changes() if row.tenant == tenant]
    return [one for one in found if one["deltas"]]


def _holding(row: HoldingRow, window: Window, known: KnownPark) -> Input:
    return {
        "holderId": known.tenants[row.holder].tenant_id,
        "equityPercent": row.equity,
        "financialControl": row.financial,
        "hasOperationalControl": row.is_operated,
        "document": row.document,
    } | _validity(row.valid_from, row.valid_to, window)


def _validity(valid_from: str, valid_to: str, window: Window) -> Input:
    return {
        "validFrom": day_of(valid_from, window).isoformat(),
        "validTo": day_of(valid_to, window).isoformat() if valid_to else None,
    }


def _months(row: DenominatorRow, dice: Dice, window: Window) -> list[Input]:
    company = next(one for one in companies() if one.code == row.tenant)
    missing = day_of(row.missing, window) if row.missing else None
    return [
        {
            "denominator": row.denominator,
            "product": row.product,
            "unit": row.unit,
            "month": f"{month:%Y-%m}",
            "value": decimal_text(month_steps(dice, company, row, month, window), row.decimals),
            "document": row.document,
        }
        for month in window.months
        if month != missing
    ]


def _screening(row: ScreeningRow, window: Window) -> Input:
    judged = row.criteria or ("SIZE",)
    return {
        "category": row.category,
        "decision": row.decision,
        "relevance": [
            {"criterion": criterion, "isRelevant": bool(row.criteria), "reason": row.reason} for criterion in judged
        ],
        "justification": row.justification,
        "estimatedPercent": row.percent or None,
        "estimatedTonnes": row.tonnes or None,
        "document": f"Scope 3 screening {window.full_year}.pdf",
        "screenedOn": day_of(SCREENED_ON, window).isoformat(),
    }


def _uncertainty(row: UncertaintyRow) -> Input:
    scored = {
        "scores": dict(zip(INDICATORS, row.scores, strict=False)),
        "set": "ECOINVENT_V2",
        "basic": {"kind": "TRANSPORT"},
    }
    return {
        "activityType": row.activity_type,
        "factorId": row.factor_id,
        "quality": row.quality or None,
        "uncertainty": {"percent": row.percent} if row.percent else {"scored": scored},
        "document": row.document,
    }


def _change(row: YearChangeRow, window: Window, reported: Mapping[int, Mapping[str, str]]) -> Input:
    effective = day_of(row.effective, window)
    return {
        "code": row.code,
        "kind": row.kind,
        "effectiveOn": effective.isoformat(),
        "reason": row.reason,
        "document": row.document,
        "deltas": [
            {"year": year} | {scope: _part(masses[scope], getattr(row, name)) for scope, name in _SCOPES.items()}
            for year, masses in sorted(reported.items())
            if year < effective.year
        ],
    }


def _part(mass: str, percent: str) -> str:
    """Return a percentage of a mass in whole kg."""
    return str(int(Decimal(mass) * Decimal(percent) / 100))
