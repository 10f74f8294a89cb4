"""What the page and the examples name of this service: its first park, the last full year, one activity as posted.

Asked of our own API, like any client does.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import NAMESPACE_OID, uuid5

from strawberry import Schema

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
_TENANTS_TRIED: Final = 5


class NotAnswered(Exception):
    """Our own API answered with an error, which it has logged; the database is likely gone."""


@dataclass(frozen=True, slots=True)
class FirstPark:
    """The park that was registered first. `year` is the last full calendar year by the service's clock."""

    park_id: str
    code: str
    name_zh: str
    name_en: str
    region: str
    tenant_count: int
    year: int
    activity: dict[str, str]

    def known(self) -> dict[str, str]:
        """Return placeholder -> value, for the examples."""
        months = {"year.first": f"{self.year}-01", "year.last": f"{self.year}-12"}
        activity = {f"activity.{name}": value for name, value in self.activity.items()}
        return {"park.id": self.park_id} | months | activity


async def first_park(schema: Schema, service: Service) -> FirstPark | None:
    """Return the first park, none if there is none yet; raises `NotAnswered`."""
    year = service.clock().year - 1
    parks = (await _ask(schema, service, _PARK, {}))["parks"]["nodes"]
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
        await _activity(schema, service, tenants[:_TENANTS_TRIED], year),
    )


async def _activity(schema: Schema, service: Service, tenants: list[str], year: int) -> dict[str, str]:
    """Return an activity that stands as it was first posted, so that posting it again is a repetition; {} if none."""
    for tenant in tenants:
        found = await _ask(schema, service, _ACTIVITY, {"tenantId": tenant, "from": f"{year}-01-01"})
        for activity in found["activities"]["nodes"]:
            if activity["kind"] == "ORIGINAL":
                return _as_posted(activity)
    return {}


def _as_posted(activity: dict[str, Any]) -> dict[str, str]:
    texts = {name: value for name, value in activity.items() if isinstance(value, str)}
    # The same key for the same activity: however often the example is run, the ledger records one batch.
    key = str(uuid5(NAMESPACE_OID, activity["id"]))
    return texts | {"tenantId": activity["tenant"]["id"], "source": activity["source"]["code"], "key": key}


async def _ask(schema: Schema, service: Service, document: str, variables: dict[str, Any]) -> dict[str, Any]:
    result = await schema.execute(document, variables, context_value=Context(service, "page"))
    if result.errors or result.data is None:
        raise NotAnswered(f"our own API answered {result.errors}")
    return result.data
