"""The worked park of standards.md 6.2 and 6.3: an operator that supplies two tenants, posted over real HTTP."""

from decimal import Decimal
from typing import Any

from api.client import Client
from tests.api.test_flows import ADD_SITE, ADD_SOURCE, Park

CONSOLIDATION = """query ($park: ID!, $basis: BasisInput) {
  parkConsolidation(parkId: $park, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    reported { co2e } internal { co2e } resoldImport { co2e } direct { co2e } imported { co2e }
    byElimination { co2e } byImports { co2e } difference { co2e gases { gas mass } } failedMonths { month message }
    tenants { tenant { code } scope1 { co2e } scope2 { co2e } resale { co2e } }
    closures { tenant { code } entering { co2e } toCustomers { co2e } kept { co2e } unallocated { co2e } } } }"""
TOTALS = """query ($boundary: BoundaryInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: { first: "2024-01", last: "2024-12" }, basis: $basis) {
    totals { scope1 { co2e } scope2Location { co2e } scope3 { co2e } }
    gaps { activityType gap { code message } }
    lines { nodes { scope method activityType supplier quantity emissions { co2e }
      explanation { factor { factorId origin } } } } } }"""
PLANTS = """mutation ($tenant: ID!, $plants: [PlantInput!]!) {
  declarePlants(tenantId: $tenant, plants: $plants) { ... on DeclarationsAdded { declarations { version } }
    ... on Refusal { code message } } }"""
OWN_CO2 = """mutation ($input: AddSupplierFactorInput!) { addSupplierFactor(input: $input) {
  ... on SupplierFactorAdded { id } ... on Refusal { code field message } } }"""


class WorkedPark(Park):
    """The park of standards.md 6.2: an operator with CHP, sun, grid, chiller and works; tenants A and B."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.operator, self.sites = self.tenant, {"s1": self.site}
        self.zones_of = self.tenant
        for code in ("chp", "pv", "chiller", "works"):
            self.sites[code] = self.add_site(self.operator, code)
        self.a, _ = self.add_tenant("a")
        self.b, _ = self.add_tenant("b")

    def add_site(self, tenant: str, code: str) -> str:
        given = {"tenantId": tenant, "code": code, "nameEn": code, "nameZh": code}
        site = self.client.ask(ADD_SITE, {"input": given})["addSite"]["site"]["id"]
        source = {"siteId": site, "code": code, "nameEn": "Meter", "nameZh": "电表"}
        self.client.ask(ADD_SOURCE, {"input": source})
        return str(site)

    def book(self, tenant: str, source: str, code: str, quantity: str, unit: str, other: str = "") -> None:
        """Post one quantity of March."""
        external = f"{source} {code} {other}"
        row = {
            "source": source,
            "externalId": external,
            "activityType": code,
            "quantity": quantity,
            "unit": unit,
            "supplier": other,
            "periodStart": "2024-03-01T00:00:00+08:00",
            "periodEnd": "2024-04-01T00:00:00+08:00",
        }
        assert self.post(row, tenant=tenant)["acceptedCount"] == 1, row

    def own_factor(self, tenant: str, code: str, unit: str, kilograms: str) -> None:
        """Register what a unit emits; a total, which no CH4 and N2O of the catalogue complete."""
        part = {"gas": "CO2E", "terms": [{"name": "rate", "value": kilograms, "unit": f"kgCO2e/{unit}"}]}
        given = {
            "tenantId": tenant,
            "activityType": code,
            "unit": unit,
            "factor": {"name": "of the case", "parts": [part], "source": "standards.md 6.2"},
            "validFrom": "2024-01-01",
        }
        found = self.client.ask(OWN_CO2, {"input": given})["addSupplierFactor"]
        assert "id" in found, found

    def book_energy(self) -> None:
        """Post the electricity, steam, cold and fuel of the case, each tenant its own side."""
        self.book(self.operator, "chp", "stationary.natural_gas", "129000", "GJ")
        self.book(self.operator, "chp", "generated.electricity", "12000", "MWh")
        self.book(self.operator, "chp", "generated.steam", "60000", "GJ")
        self.book(self.operator, "pv", "generated.electricity", "3000", "MWh")
        self.book(self.operator, "m1", "electricity.grid", "5000", "MWh")
        self.book(self.operator, "chiller", "drawn.electricity", "2000", "MWh")
        self.book(self.operator, "chiller", "generated.chilled_water", "8000", "MWh")
        self.book(self.operator, "works", "used.electricity", "500", "MWh")
        self.book(self.operator, "m1", "lost.electricity", "500", "MWh")
        for tenant, code, power, steam, cold in (
            (self.a, "a", "10000", "40000", "5000"),
            (self.b, "b", "7000", "20000", "3000"),
        ):
            for verb, bought, quantity, unit in (
                ("electricity", "electricity.grid", power, "MWh"),
                ("steam", "steam.purchased", steam, "GJ"),
                ("chilled_water", "cooling.chilled_water", cold, "MWh"),
            ):
                self.book(self.operator, "m1", f"supplied.{verb}", quantity, unit, code)
                self.book(tenant, "m1", bought, quantity, unit, "t1")
        self.book(self.b, "m1", "electricity.grid", "4000", "MWh")


def worked(client: Client) -> WorkedPark:
    """Post the worked case of standards.md 6.2."""
    park = WorkedPark(client)
    park.own_factor(park.operator, "stationary.natural_gas", "GJ", "55.539")
    park.book_energy()
    park.book(park.operator, "works", "fire_suppression.released/CO2", "60000", "kg")
    park.book(park.b, "m1", "fire_suppression.released/CO2", "500000", "kg")
    return park


def tonnes(found: dict[str, Any]) -> str:
    """Return a mass in kilograms as tonnes, to the kilogram."""
    return f"{Decimal(found['co2e']) / 1000:.3f}"
