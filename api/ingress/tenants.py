"""Whose a message is: tenants by their code, or by their id where several parks have a tenant of one code."""

from typing import Final

from api.client import Client
from api.ingress.messages import NotUnderstood

_TENANTS: Final = """
query Tenants($after: String) {
  tenants(first: 500, after: $after) { nodes { id code } pageInfo { hasNextPage endCursor } }
}
"""


class Tenants:
    """The tenants of a service, looked up when first named and remembered."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[str, str] = {}

    def find(self, name: str) -> str:
        """Return the id of the tenant that has this id or code; raises `NotUnderstood` where none or several have."""
        if name not in self._known:
            self._known[name] = self._found(name)
        return self._known[name]

    def _found(self, name: str) -> str:
        found: list[str] = []
        after = None
        while True:
            page = self._client.ask(_TENANTS, {"after": after})["tenants"]
            found += [str(node["id"]) for node in page["nodes"] if name in (node["id"], node["code"])]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        if len(found) != 1:
            several = f"{len(found)} tenants have the code" if found else "the service has no tenant with code or id"
            raise NotUnderstood("NOT_FOUND", "tenant", f"{several} {name[:80]!r}; accepted is the id of one")
        return found[0]
