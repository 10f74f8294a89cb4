"""The demo park of two years, loaded into a service of its own."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from api.client import Client
from api.demo.parks import Extent
from api.demo.registering import KnownPark
from ledger.setup import Databases
from tests.service import Service

LOADED_ON = date(2026, 1, 22)
TWO_YEARS = Extent(companies=23, months=24, hourly_meters=0)
"""January 2024 to December 2025, all companies that hold instruments, and the one the road map names."""
INSTRUMENTS = """query ($park: ID!) { instruments(parkId: $park, first: 500) {
  nodes { id code version quantityMwh tenant { code } versions { version change } } } }"""


@dataclass(frozen=True, slots=True)
class Demo:
    """The park, its service and its database."""

    client: Client
    known: KnownPark
    service: Service
    databases: Databases

    def ask(self, query: str, tenant: str, **more: str) -> dict[str, Any]:
        """Ask about a tenant."""
        return self.client.ask(query, {"tenant": self.known.tenants[tenant].tenant_id, **more})

    def instruments(self) -> dict[str, dict[str, Any]]:
        """Return id -> instrument."""
        nodes = self.client.ask(INSTRUMENTS, {"park": self.known.park_id})["instruments"]["nodes"]
        return {node["id"]: node for node in nodes}

    def name(self, instrument_id: str) -> str:
        """Return tenant and code of an instrument."""
        found = self.instruments()[instrument_id]
        return f"{found['tenant']['code']} {found['code']}"
