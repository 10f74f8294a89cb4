"""Registering the demo park: what the service knows already is looked up, what it lacks is added."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Final

from api.client import Client
from api.demo import operations
from api.demo.operations import add_sources, change
from api.demo.parks import PROXY_REGIONS, REGION, TIME_ZONE, Park, Source, Tenant
from api.demo.tables import Place

SOURCES_PER_REQUEST: Final = 20


@dataclass(slots=True)
class KnownTenant:
    """A tenant as the service knows it: site code -> id, source code -> id. `is_new` where this run registered it."""

    tenant_id: str
    is_new: bool = False
    sites: dict[str, str] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class KnownPark:
    """A park as the service knows it: tenant code -> tenant."""

    park_id: str
    tenants: dict[str, KnownTenant] = field(default_factory=dict)


def known_park(client: Client, code: str) -> KnownPark | None:
    """Return the park of a code with everything registered under it, or none."""
    after = None
    while True:
        page = client.ask(operations.PARKS, {"after": after})["parks"]
        for node in page["nodes"]:
            if node["code"] == code:
                return KnownPark(node["id"], _known_tenants(client, node["id"]))
        if not page["pageInfo"]["hasNextPage"]:
            return None
        after = page["pageInfo"]["endCursor"]


def register(
    client: Client, park: Park, known: KnownPark | None, pool: Executor, added: Callable[[int], None]
) -> KnownPark:
    """Register what is missing of the park and return it whole; `added` hears how many sources are there now."""
    found = known or KnownPark(_register_park(client, park))
    # One after the other: the order of registration is the order in which tenants are listed.
    for tenant in park.tenants:
        if tenant.code not in found.tenants:
            found.tenants[tenant.code] = KnownTenant(_register_tenant(client, found.park_id, tenant), is_new=True)
    jobs = [pool.submit(_register_places, client, tenant, found.tenants[tenant.code], added) for tenant in park.tenants]
    for job in jobs:
        job.result()
    return found


def _known_tenants(client: Client, park_id: str) -> dict[str, KnownTenant]:
    nodes = client.ask(operations.TENANTS, {"park": park_id})["tenants"]["nodes"]
    return {node["code"]: _known_tenant(node) for node in nodes}


def _known_tenant(node: dict[str, Any]) -> KnownTenant:
    sites = node["sites"]["nodes"]
    return KnownTenant(
        node["id"],
        sites={site["code"]: site["id"] for site in sites},
        sources={source["code"]: source["id"] for site in sites for source in site["sources"]["nodes"]},
    )


def _register_park(client: Client, park: Park) -> str:
    given = {
        "code": park.code,
        "nameEn": park.name_en,
        "nameZh": park.name_zh,
        "region": REGION,
        "timeZone": TIME_ZONE,
        "proxyRegions": PROXY_REGIONS,
    }
    return str(change(client, operations.REGISTER_PARK, given)["park"]["id"])


def _register_tenant(client: Client, park_id: str, tenant: Tenant) -> str:
    given = {
        "parkId": park_id,
        "code": tenant.code,
        "nameEn": tenant.name_en,
        "nameZh": tenant.name_zh,
        "isOperator": tenant.is_operator,
        "industryCode": tenant.industry_code,
    }
    return str(change(client, operations.REGISTER_TENANT, given)["tenant"]["id"])


def _register_places(client: Client, tenant: Tenant, known: KnownTenant, added: Callable[[int], None]) -> None:
    for site in tenant.sites:
        if site.code not in known.sites:
            known.sites[site.code] = _add_site(client, known.tenant_id, site)
    missing = [source for source in tenant.sources if source.code not in known.sources]
    added(len(tenant.sources) - len(missing))
    for start in range(0, len(missing), SOURCES_PER_REQUEST):
        some = missing[start : start + SOURCES_PER_REQUEST]
        ids = add_sources(client, [_source_input(known.sites[source.site], source) for source in some])
        known.sources |= {source.code: source_id for source, source_id in zip(some, ids, strict=True)}
        added(len(some))


def _add_site(client: Client, tenant_id: str, site: Place) -> str:
    given = {
        "tenantId": tenant_id,
        "code": site.code,
        "nameEn": site.name_en,
        "nameZh": site.name_zh,
        "region": site.region or None,
    }
    return str(change(client, operations.ADD_SITE, given)["site"]["id"])


def _source_input(site_id: str, source: Source) -> dict[str, Any]:
    return {
        "siteId": site_id,
        "code": source.code,
        "nameEn": source.name_en,
        "nameZh": source.name_zh,
        "kind": source.kind,
    }
