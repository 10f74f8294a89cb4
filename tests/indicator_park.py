"""A park whose operator states indicators, asked over HTTP; the worked park of notice 910 among them."""

from typing import Any

from api.client import Client
from tests.api.test_flows import Park, row
from tests.api.test_instruments import CHANGES
from tests.worked_park import PLANTS

REGISTER_TENANT = """mutation ($input: RegisterTenantInput!) { registerTenant(input: $input) {
  ... on TenantRegistered { tenant { id } } ... on Refusal { code message } } }"""
AMOUNT = "amount unit source lacking activities { tenant { id code } site { id } activityType firstDay lastDay }"
RESULT = f"""indicator {{ code nameZh unit role isOwnDefinition }} value numerator denominator threshold
  referenceThresholds status missing {{ code parts }} products {{ product ratio }} waiver {{ reason document }}
  inputs {{ definition {{ code isComputed }} used {{ {AMOUNT} }} computed {{ amount }} overrideReason }}"""
HEADROOM = """used allowed needed room isReachable intensityWithout leavesBand unit"""
ASK = f"""query ($park: ID!, $year: Int!, $system: String, $basis: BasisInput, $isUpper: Boolean) {{
  parkIndicators(parkId: $park, year: $year, system: $system, basis: $basis, isUpper: $isUpper) {{
    isCoreMet openCodes system {{ code }} basis {{ regime }} results {{ {RESULT} }}
    emissions {{ fuel conversion electricity heat indirect energy process park reported internal missing
      lines {{ part name fuelUse electricityKind heatKind side quantity unit factor source emissions
        activities {{ tenant {{ id }} site {{ id }} activityType firstDay lastDay }} }} }}
    headroom {{ lacking thresholds {{ threshold isReference excess greenPercentAllElectric gasPercentAllGreen
      green {{ {HEADROOM} }} gas {{ {HEADROOM} }} }} }} }} }}"""
TRENDS = """query ($park: ID!, $years: [Int!]!, $isUpper: Boolean) {
  indicatorTrends(parkId: $park, years: $years, isUpper: $isUpper) { indicator { code }
    points { year change isBetter result { value status } } } }"""
SYSTEMS = """query ($park: ID!) { indicatorSystems(parkId: $park) {
  code isNational inputs { code isComputed } indicators { code numerator bands { threshold least below } } } }"""
STATE = """mutation ($tenant: ID!, $statement: IndicatorYearInput!) {
  stateIndicatorYear(tenantId: $tenant, statement: $statement) {
    ... on DeclarationsAdded { declarations { version isNew recordedAt content { ... on StatedIndicatorYear { year
      inputs { code amount overrideReason } products { product } waivers { indicator } } } } }
    ... on Refusal { code field message } } }"""
DECLARE = """mutation ($tenant: ID!, $document: JSON!) {
  declareIndicatorSystem(tenantId: $tenant, document: $document) {
    ... on DeclarationsAdded { declarations { version content { ... on DeclaredIndicatorSystem {
      code system { indicators { code } } } } } }
    ... on Refusal { code field message } } }"""
ACTIVITIES = """query ($filter: ActivityFilterInput!) { activities(filter: $filter) { nodes { quantity unit } } }"""

STATISTICS = "park statistics 2025"
SHARES = {
    "WASTE_GENERATED": ("1000", "t"),
    "WASTE_UTILISED": ("800", "t"),
    "STOCK_UTILISED": ("50", "t"),
    "WASTE_HEAT": ("40000", "GJ"),
    "WASTE_COLD": ("10000", "GJ"),
    "WASTE_PRESSURE": ("2000", "GJ"),
    "WASTE_HEAT_USED": ("22000", "GJ"),
    "WASTE_COLD_USED": ("3000", "GJ"),
    "WASTE_PRESSURE_USED": ("1000", "GJ"),
    "WATER_REUSED": ("800", "m3"),
    "WATER_FRESH": ("150", "m3"),
}
"""V21: utilisation of waste energy 50.0 %, water reuse 84.21 %, solid waste 80.95 %."""
COEFFICIENT = {"EQUIVALENT_COEFFICIENT": ("0.300", "kgce/kWh")}


class IndicatorPark(Park):
    """A park with an operator that declares, beside the tenant that posts."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        given = {"parkId": self.park, "code": "op", "nameEn": "Operator", "nameZh": "运营方", "isOperator": True}
        self.operator = client.ask(REGISTER_TENANT, {"input": given})["registerTenant"]["tenant"]["id"]

    def book(self, code: str, quantity: str, unit: str, year: int = 2025, **more: Any) -> None:
        """Post March of a year."""
        when = {"periodStart": f"{year}-03-01T00:00:00+08:00", "periodEnd": f"{year}-04-01T00:00:00+08:00"}
        posted = self.post(row(f"{code} {year} {more}", code, quantity, unit, **when), **more)
        assert posted["acceptedCount"] == 1, posted

    def declare_solar(self, **dates: str) -> None:
        """Declare a plant of the tenant's site."""
        plant = {"siteId": self.site, "kind": "PHOTOVOLTAICS", "nameEn": "Roofs", "nameZh": "屋顶光伏", **dates}
        given = {"tenant": self.tenant, "plants": [{"validFrom": "2024-01-01", **plant}]}
        assert self.client.ask(PLANTS, given)["declarePlants"]["declarations"]

    def claim(self, kind: str, quantity: str) -> None:
        """Record an instrument of 2025 with all its proofs; certificates are cancelled."""
        given = {
            "tenantId": self.tenant,
            "code": kind,
            "kind": kind,
            "carrier": "ELECTRICITY",
            "attribute": "NON_FOSSIL",
            "market": "CN",
            "firstMonth": "2025-01",
            "lastMonth": "2025-12",
            "quantityMwh": quantity,
            "rate": "0",
            "claimedFrom": "2025-01",
            "claimedTo": "2025-12",
            "evidence": [
                {"document": f"{kind} {one}", "kind": one} for one in ("CONTRACT", "SETTLEMENT", "CERTIFICATE")
            ],
        }
        serials = {"batch": f"{kind} {self.code}", "first": "1", "last": quantity}
        more = {} if kind == "DIRECT_SUPPLY" else {"serials": serials}
        made = self.client.ask(CHANGES["recordInstrument"], {"input": {**given, **more}})["recordInstrument"]
        if kind == "GEC":
            cancelled = {"instrumentId": made["instrument"]["id"], "cancelledOn": "2026-01-15"}
            self.client.ask(CHANGES["cancelInstrument"], {"input": cancelled})

    def work(self) -> None:
        """Post the energy of the worked park of notice 910 in 2025, and record its instruments."""
        self.declare_solar()
        self.book("stationary.natural_gas", "3000", "10^4Nm3")
        self.book("electricity.own_generation", "60000", "MWh")
        self.book("electricity.direct_line", "260000", "MWh")
        self.book("electricity.grid", "280000", "MWh")
        self.book("steam.purchased", "100000", "GJ")
        for kind, quantity in (("DIRECT_SUPPLY", "260000"), ("GEC", "130000"), ("GREEN_POWER_TRADE", "100000")):
            self.claim(kind, quantity)

    def state(self, year: int = 2025, tenant: str = "", **more: Any) -> dict[str, Any]:
        """State a year; `amounts` by code, each with its unit."""
        amounts = more.pop("amounts", {})
        reasons = more.pop("reasons", {})
        inputs = [
            {
                "code": code,
                "amount": amount,
                "unit": unit,
                "source": STATISTICS,
                "overrideReason": reasons.get(code, ""),
            }
            for code, (amount, unit) in amounts.items()
        ]
        given = {"tenant": tenant or self.operator, "statement": {"year": year, "inputs": inputs, **more}}
        answer: dict[str, Any] = self.client.ask(STATE, given)["stateIndicatorYear"]
        return answer

    def declare(self, document: Any, tenant: str = "") -> dict[str, Any]:
        """Declare a system of indicators."""
        given = {"tenant": tenant or self.operator, "document": document}
        answer: dict[str, Any] = self.client.ask(DECLARE, given)["declareIndicatorSystem"]
        return answer

    def indicators(self, year: int = 2025, **more: Any) -> dict[str, Any]:
        """Ask for the indicators of a year."""
        found: dict[str, Any] = self.client.ask(ASK, {"park": self.park, "year": year, **more})["parkIndicators"]
        return found


def by_code(found: dict[str, Any]) -> dict[str, Any]:
    """Return the results by the code of their indicator."""
    return {one["indicator"]["code"]: one for one in found["results"]}
