"""The keys of a demonstration: made of its pepper, so that every start has the same ones and none is kept anywhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from api.client import Client
from ledger.api_keys import ApiKey, derived_key
from ledger.grant_checks import NewGrant
from ledger.principals import NO_TENANT_ID, Role
from ledger.standing_grants import grant_once
from schema.global_ids import decode_uuid

_TENANTS: Final = """
query DemoTenants($park: ID!) { tenants(parkId: $park, first: 500) { nodes { id code isOperator } } }
"""
_ROLES: Final = {
    "operator": Role.PARK_OPERATOR,
    "administrator": Role.TENANT_ADMINISTRATOR,
    "contributor": Role.CONTRIBUTOR,
}


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The keys of the demo park of a seed."""

    pepper: bytes = field(repr=False)
    seed: int

    def text(self, name: str) -> str:
        """Return the key of loader, operator, administrator or contributor."""
        return self._key(name).text

    def grant_loader(self, url: str) -> None:
        """Let the loader register the park."""
        new = NewGrant(NO_TENANT_ID, f"demo {self.seed} loader", Role.PLATFORM)
        asyncio.run(grant_once(url, self.pepper, [(new, self._key("loader"))]))

    def grant_park(self, url: str, client: Client, park_id: str) -> Mapping[str, str]:
        """Let the operator, one tenant's administrator and one of its systems in; role -> code of its tenant."""
        nodes = client.ask(_TENANTS, {"park": park_id})["tenants"]["nodes"]
        operator = next(node for node in nodes if node["isOperator"])
        tenant = next(node for node in nodes if not node["isOperator"])
        of_role = {"operator": operator, "administrator": tenant, "contributor": tenant}
        wanted = [
            (NewGrant(decode_uuid(node["id"], "Tenant"), f"demo {name}", _ROLES[name]), self._key(name))
            for name, node in of_role.items()
        ]
        asyncio.run(grant_once(url, self.pepper, wanted))
        return {name: node["code"] for name, node in of_role.items()}

    def _key(self, name: str) -> ApiKey:
        return derived_key(self.pepper, f"demo {self.seed} {name}")


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
