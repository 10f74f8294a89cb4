"""What is where, once the demo park is loaded: its footprint of the last full year, asked from the running API."""

from decimal import Decimal
from typing import Any, Final

from api.client import Client
from api.demo.loading import Loaded
from api.demo.publishing import ShownReport

FOOTPRINT: Final = """
query DemoFootprint($park: ID!, $first: YearMonth!, $last: YearMonth!) {
  footprint(boundary: { parkId: $park }, period: { first: $first, last: $last }) {
    basis { regimeNameEn gwpSet }
    totals {
      scope1 { co2e(unit: TONNE) }
      scope2Location { co2e(unit: TONNE) }
      scope2Market { co2e(unit: TONNE) }
      scope3 { co2e(unit: TONNE) }
    }
    gaps { activityType gap { line { code } } }
  }
  parkConsolidation(parkId: $park, period: { first: $first, last: $last }) {
    reported { co2e(unit: TONNE) }
    byElimination { co2e(unit: TONNE) }
    difference { co2e(unit: TONNE) }
    failedMonths { month }
  }
}
"""
_LINES: Final = (
    ("scope 1", "scope1"),
    ("scope 2, location-based", "scope2Location"),
    ("scope 2, market-based", "scope2Market"),
    ("scope 3", "scope3"),
)


def summary(client: Client, loaded: Loaded, url: str) -> str:
    """Return the text; raises `ServiceError` or `httpx.TransportError`."""
    asked = {"park": loaded.park_id, "first": f"{loaded.full_year}-01", "last": f"{loaded.full_year}-12"}
    answer = client.ask(FOOTPRINT, asked)
    found, once = answer["footprint"], answer["parkConsolidation"]
    basis = found["basis"]
    return "\n".join(
        (
            f"\nDemo park {loaded.code}: {loaded.name_en} {loaded.name_zh}",
            f"  {loaded.tenant_count} tenants, {loaded.first_month} to {loaded.last_month}, {_news(loaded.rows_added)}",
            "  Every company and every figure is invented.",
            f"Its footprint of {loaded.full_year} in t CO2e ({basis['regimeNameEn']}, {basis['gwpSet']}):",
            *(_line(name, found["totals"][key]["co2e"]) for name, key in _LINES),
            *_missing(found["gaps"]),
            *_counted_once(once),
            *_report(loaded.report, url),
            "Ask again, with one of the keys below as PARKLEDGER_KEY:",
            f"  {_command(url, loaded.park_id, loaded.full_year)}",
        )
    )


def _news(rows_added: int) -> str:
    return f"{rows_added:,} rows posted" if rows_added else "found as it was left"


def _line(name: str, tonnes: str) -> str:
    return f"  {name:<26}{Decimal(tonnes):>14,.0f}"


def _counted_once(found: dict[str, Any] | None) -> list[str]:
    """Say what the park emits as a whole, by what entered it: tenants' figures hold internal supply twice."""
    if found is None:
        return []
    if found["failedMonths"]:
        months = ", ".join(one["month"] for one in found["failedMonths"])
        return [f"  not counted as one park: the supply of {months} could not be worked out"]
    return [
        "What tenants supply to each other stands twice in these: as the fuel of who makes it, and where it is used.",
        _line("scopes 1 and 2, summed", found["reported"]["co2e"]),
        _line("the park, counted once", found["byElimination"]["co2e"]),
        f"  {_agreement(Decimal(found['difference']['co2e']))}",
    ]


def _agreement(difference: Decimal) -> str:
    if difference:
        return f"by what enters the park it would be {difference} t less: please report this"
    return "found in two ways, without internal supply and by what enters the park, to the last digit"


def _missing(gaps: list[dict[str, Any]]) -> list[str]:
    names = sorted({f"{gap['activityType']} ({gap['gap']['line']['code']})" for gap in gaps})
    return [f"  missing for want of a factor, not zero: {', '.join(names)}"] if names else []


def _report(found: ShownReport | None, url: str) -> list[str]:
    """Say where a published report is."""
    if found is None:
        return []
    return [
        f"Published and signed: the report of {found.tenant}, {found.first_month} to {found.last_month}.",
        f"  Its PDF is on the first page, {url}/; all its files, to be verified offline (./start in a checkout):",
        f"  parkledger report pull {found.report_id} --url {url}",
    ]


def _command(url: str, park_id: str, year: int) -> str:
    query = (
        f'{{footprint(boundary:{{parkId:\\"{park_id}\\"}},period:{{first:\\"{year}-01\\",last:\\"{year}-12\\"}})'
        "{totals{scope1{co2e(unit:TONNE)}scope2Location{co2e(unit:TONNE)}scope3{co2e(unit:TONNE)}}}}"
    )
    key = '-H "authorization: Bearer $PARKLEDGER_KEY"'
    return f"""curl {url}/graphql {key} -H content-type:application/json -d '{{"query":"{query}"}}'"""
