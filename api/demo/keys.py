"""The keys of a demonstration: made of its pepper, so that every start has the same ones and none is kept anywhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from api.client import Client
from api.demo.publishing import PUBLISHER
from ledger.identity.api_keys import ApiKey, derived_key
from ledger.identity.grant_checks import NewGrant
from ledger.identity.principals import NO_TENANT_ID, Role
from ledger.identity.standing_grants import grant_once
from schema.global_ids import decode_uuid

_TENANTS: Final = """
query DemoTenants($park: ID!) { tenants(parkId: $park, first: 500) { nodes { id code isOperator } } }
"""
REGULATOR: Final = "lanting-ecology-bureau"
"""Whom the demo's obligations name for the quarters of the tenant whose report is published."""
_OF_OPERATOR: Final = {"operator": Role.PARK_OPERATOR, "regulator": Role.REGULATOR}
_OF_TENANT: Final = {
    "administrator": Role.TENANT_ADMINISTRATOR,
    "contributor": Role.CONTRIBUTOR,
    "auditor": Role.AUDITOR,
}


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The keys of the demo park of a seed."""

    pepper: bytes = field(repr=False)
    seed: int

    def text(self, name: str) -> str:
        """Return the key of loader, operator, regulator, administrator, contributor or auditor."""
        return self._key(name).text

    def grant_loader(self, url: str) -> None:
        """Let the loader register the park."""
        new = NewGrant(NO_TENANT_ID, f"demo {self.seed} loader", Role.PLATFORM)
        asyncio.run(grant_once(url, self.pepper, [(new, self._key("loader"))]))

    def grant_park(self, url: str, client: Client, park_id: str) -> Mapping[str, str]:
        """Let in the operator, a regulator of all its tenants, and three of the tenant whose report is published.

        Returns name of the key -> code of its tenant.
        """
        nodes = client.ask(_TENANTS, {"park": park_id})["tenants"]["nodes"]
        operator = next(node for node in nodes if node["isOperator"])
        others = [node for node in nodes if not node["isOperator"]]
        tenant = next((node for node in others if node["code"] == PUBLISHER), others[0])
        of_name = {name: (operator, role) for name, role in _OF_OPERATOR.items()}
        of_name |= {name: (tenant, role) for name, role in _OF_TENANT.items()}
        named = frozenset(map(_tenant_id, nodes))
        wanted = [
            (_grant(name, _tenant_id(node), role, named), self._key(name)) for name, (node, role) in of_name.items()
        ]
        asyncio.run(grant_once(url, self.pepper, wanted))
        return {name: node["code"] for name, (node, _) in of_name.items()}

    def _key(self, name: str) -> ApiKey:
        # A regulator's key ends with the year; the next start makes that of the new one.
        of = f"{_now().year} " if name == "regulator" else f"{PUBLISHER} " if name in _OF_TENANT else ""
        return derived_key(self.pepper, f"demo {self.seed} {of}{name}")


def _now() -> datetime:
    return datetime.now(UTC)


def _tenant_id(node: dict[str, Any]) -> UUID:
    return decode_uuid(node["id"], "Tenant")


def _grant(name: str, tenant: UUID, role: Role, named: frozenset[UUID]) -> NewGrant:
    if role is not Role.REGULATOR:
        return NewGrant(tenant, f"demo {name}", role)
    return NewGrant(tenant, REGULATOR, role, named=named, expires_at=datetime(_now().year + 1, 1, 1, tzinfo=UTC))


def told(keys: DemoKeys, of_tenant: Mapping[str, str]) -> str:
    """Return the keys as a demonstration prints them."""
    width = max(len(name) for name in of_tenant)
    lines = [f"  {name:<{width}}  {code:<12}  {keys.text(name)}" for name, code in of_tenant.items()]
    return "\n".join(
        (
            "\nKeys of this demo, for everybody who reaches it (Authorization: Bearer ...):",
            *lines,
            f"  export PARKLEDGER_KEY={keys.text('operator')}",
        )
    )
