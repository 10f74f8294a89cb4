"""What the page and the examples name of this service: its first park, the last full year, one activity as posted, and
a tenant that declared a base year.

Asked of our own API, like any client does.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from strawberry import Schema

from ledger.identity.principals import Principal
from schema.context import Context, Service

_PARK: Final = """
query FirstPark {
  parks(first: 1) {
    nodes {
      id
      code
      nameZh
      nameEn
      region
      tenants(first: 500) { nodes { id } }
    }
  }
}
"""
_ACTIVITY: Final = """
query OneActivity($tenantId: ID!, $from: Date!) {
  activities(filter: { tenantId: $tenantId, firstDay: $from }, first: 20) {
    nodes {
      id
      kind
      tenant { id }
      source { code }
      externalId
      activityType
      quantity
      unit
      periodStart
      periodEnd
      supplier
      quality
      document
    }
  }
}
"""
_BASE_YEAR: Final = """
query OneBaseYear($tenantId: ID!) {
  declarations(tenantId: $tenantId, kind: BASE_YEAR, first: 1) { nodes { id } }
}
"""
_TENANTS_TRIED: Final = 5


class NotAnswered(Exception):
    """Our own API answered with an error, which it has logged; the database is likely gone."""


@dataclass(frozen=True, slots=True)
class FirstPark:
    """The park that was registered first. `year` is the last full calendar year by the service's clock, `reporter` the
    id of a tenant with a base year, empty if none was found.
    """

    park_id: str
    code: str
    name_zh: str
    name_en: str
    region: str
    tenant_count: int
    year: int
    activity: dict[str, str]
    reporter: str = ""

    def known(self) -> dict[str, Any]:
        """Return placeholder -> value, for the examples."""
        years = {"year": self.year, "before": self.year - 1}
        months = {
            f"{name}.{end}": f"{year}-{month}"
            for name, year in years.items()
            for end, month in (("first", "01"), ("last", "12"))
        }
        days = {"year.firstDay": f"{self.year}-01-01", "next.lastDay": f"{self.year + 1}-12-31"}
        activity = {f"activity.{name}": value for name, value in self.activity.items()}
        reporter = {"reporter.tenantId": self.reporter} if self.reporter else {}
        return {"park.id": self.park_id, "year.number": self.year} | months | days | activity | reporter


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom to ask, and on whose behalf."""

    schema: Schema
    service: Service
    principal: Principal

    async def of(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Return the data of an operation."""
        context = Context(self.service, "page", self.principal)
        result = await self.schema.execute(document, variables, context_value=context)
        if result.errors or result.data is None:
            raise NotAnswered(f"our own API answered {result.errors}")
        return result.data


async def first_park(schema: Schema, service: Service, principal: Principal) -> FirstPark | None:
    """Return the first park that a principal sees, none if there is none yet; raises `NotAnswered`."""
    asked = _Asked(schema, service, principal)
    year = service.clock().year - 1
    parks = (await asked.of(_PARK, {}))["parks"]["nodes"]
    if not parks:
        return None
    park = parks[0]
    tenants = [tenant["id"] for tenant in park["tenants"]["nodes"]]
    return FirstPark(
        park["id"],
        park["code"],
        park["nameZh"],
        park["nameEn"],
        park["region"],
        len(tenants),
        year,
        await _activity(asked, tenants[:_TENANTS_TRIED], year),
        await _reporter(asked, tenants[:_TENANTS_TRIED]),
    )


async def _activity(asked: _Asked, tenants: list[str], year: int) -> dict[str, str]:
    """Return an activity that stands as it was first posted, so that posting it again is a repetition; {} if none."""
    for tenant in tenants:
        found = await asked.of(_ACTIVITY, {"tenantId": tenant, "from": f"{year}-01-01"})
        for activity in found["activities"]["nodes"]:
            if activity["kind"] == "ORIGINAL":
                return _as_posted(activity)
    return {}


async def _reporter(asked: _Asked, tenants: list[str]) -> str:
    """Return the first tenant that declared a base year; empty if none did."""
    for tenant in tenants:
        found = await asked.of(_BASE_YEAR, {"tenantId": tenant})
        if found["declarations"]["nodes"]:
            return tenant
    return ""


def _as_posted(activity: dict[str, Any]) -> dict[str, str]:
    texts = {name: value for name, value in activity.items() if isinstance(value, str)}
    # The same key for the same activity: however often the example is run, the ledger records one batch.
    key = str(uuid5(NAMESPACE_OID, activity["id"]))
    return texts | {"tenantId": activity["tenant"]["id"], "source": activity["source"]["code"], "key": key}
