"""Cases through the ledger: what an estimate would answer is posted as an activity and read from a footprint.

Writes to the service: one park for the run, a tenant for each answer, a site for each estimate of it. A factor of the
case is registered as the tenant's own. What has multipliers, or names a factor by its id, cannot be posted.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from api.cases import results
from api.cases.measures import decimal_of
from api.cases.outcomes import Outcome, State, compared, expected
from api.cases.plans import Estimate, Mismatch, Plan, Read
from api.cases.reading import Answer
from api.client import Client

_FROM_EMISSIONS: Final = frozenset({Read.CO2E, Read.GAS_CO2E, Read.GAS_MASS, Read.MASS, Read.BIOGENIC})
_BARE_MONEY: Final = re.compile(r"[A-Z]{3}")
_TIME_ZONE: Final = "Asia/Shanghai"
_OFFSET: Final = "+08:00"
_REFUSAL: Final = "... on Refusal { code message }"
_PARK: Final = f"""
mutation Park($input: RegisterParkInput!) {{
  done: registerPark(input: $input) {{ ... on ParkRegistered {{ made: park {{ id }} }} {_REFUSAL} }}
}}
"""
_TENANT: Final = f"""
mutation Tenant($input: RegisterTenantInput!) {{
  done: registerTenant(input: $input) {{ ... on TenantRegistered {{ made: tenant {{ id }} }} {_REFUSAL} }}
}}
"""
_SITE: Final = f"""
mutation Site($input: AddSiteInput!) {{
  done: addSite(input: $input) {{ ... on SiteAdded {{ made: site {{ id }} }} {_REFUSAL} }}
}}
"""
_SOURCE: Final = f"""
mutation Source($input: AddSourceInput!) {{
  done: addSource(input: $input) {{ ... on SourceAdded {{ made: source {{ id }} }} {_REFUSAL} }}
}}
"""
_POST: Final = f"""
mutation Post($input: PostActivitiesInput!) {{
  done: postActivities(input: $input) {{
    ... on ActivitiesPosted {{ outcomes {{ outcome message }} }} {_REFUSAL}
  }}
}}
"""
_FACTOR: Final = f"""
mutation Factor($input: AddSupplierFactorInput!) {{
  done: addSupplierFactor(input: $input) {{ ... on SupplierFactorAdded {{ __typename }} {_REFUSAL} }}
}}
"""
_FOOTPRINT: Final = """
query Footprint($site: ID!, $month: YearMonth!, $basis: BasisInput) {
  footprint(boundary: { siteId: $site }, period: { first: $month, last: $month }, basis: $basis) {
    gaps { gap { line { code } message } }
    lines(first: 100) {
      nodes {
        line { code }
        emissions { co2e biogenicCo2 gases { gas mass co2e } outsideGases { gas mass co2e } }
        explanation { factor { factorId } steps { kind text } }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A park made for one run."""

    client: Client
    park_id: str
    code: str

    @classmethod
    def of(cls, client: Client) -> "Ledger":
        """Register the park."""
        code = f"cases-{uuid4().hex[:12]}"
        park = {"code": code, "nameEn": "Worked examples", "nameZh": "算例", "region": "CN", "timeZone": _TIME_ZONE}
        return cls(client, made(client, _PARK, park), code)

    def outcome(self, answer: Answer, plan: Plan, code: str) -> Outcome | None:
        """Return how an answer comes out of a footprint, None where it cannot be posted; `code` names its tenant."""
        if not plan.shares or not all(_is_postable(share.estimate, share.readings[0].read) for share in plan.shares):
            return None
        estimates = list(dict.fromkeys(share.estimate for share in plan.shares))
        name = f"{answer.name}, by footprint"
        try:
            answered = dict(zip(estimates, self._posted(estimates, code), strict=True))
            return replace(compared(answer, decimal_of(results.total(plan, answered))), name=name)
        except (Mismatch, results.Unanswered) as error:
            return Outcome(name, State.FAILED, expected(answer), reason=str(error))

    def tenant(self, code: str) -> str:
        """Register a tenant of the park and return its id."""
        tenant = {"parkId": self.park_id, "code": f"{self.code}-{code}", "nameEn": code, "nameZh": code}
        return made(self.client, _TENANT, tenant)

    def load(self, tenant_id: str, estimate: Estimate) -> None:
        """Post an estimate's quantity at the one site of a tenant, in March."""
        self._site(tenant_id, "s1", estimate)
        self._post(tenant_id, "m1", estimate)

    def _posted(self, estimates: Sequence[Estimate], code: str) -> Iterator[results.Result]:
        """Post each estimate at a site of its own and yield the footprint of that site as a result."""
        tenant_id = self.tenant(code)
        for number, estimate in enumerate(estimates, 1):
            site_id = self._site(tenant_id, f"s{number}", estimate)
            if estimate.own:
                self._own_factor(tenant_id, f"m{number}", estimate)
            self._post(tenant_id, f"m{number}", estimate)
            yield self._footprint(site_id, estimate)

    def _site(self, tenant_id: str, code: str, estimate: Estimate) -> str:
        site = {"tenantId": tenant_id, "code": code, "nameEn": code, "nameZh": code, "region": estimate.region}
        site_id = made(self.client, _SITE, site)
        meter = code.replace("s", "m")
        made(self.client, _SOURCE, {"siteId": site_id, "code": meter, "nameEn": meter, "nameZh": meter})
        return site_id

    def _own_factor(self, tenant_id: str, supplier: str, estimate: Estimate) -> None:
        given = {
            "tenantId": tenant_id,
            "activityType": estimate.activity_type,
            "unit": estimate.unit,
            "supplier": supplier,
            "factor": estimate.variables()["factor"],
            "validFrom": estimate.first_day,
        }
        done(self.client, _FACTOR, given)

    def _post(self, tenant_id: str, source: str, estimate: Estimate) -> None:
        year = estimate.first_day[:4]
        row = {
            "source": source,
            "externalId": "1",
            "activityType": estimate.activity_type,
            "quantity": estimate.variables()["quantity"],
            "unit": estimate.unit,
            "supplier": source if estimate.own else "",
            "periodStart": f"{year}-03-01T00:00:00{_OFFSET}",
            "periodEnd": f"{year}-04-01T00:00:00{_OFFSET}",
        }
        given = {"tenantId": tenant_id, "idempotencyKey": str(uuid4()), "rows": [row]}
        answer = done(self.client, _POST, given)
        refused = [outcome["message"] for outcome in answer["outcomes"] if outcome["outcome"] != "ACCEPTED"]
        if refused:
            raise results.Unanswered(f"the service rejects the row: {refused[0]}")

    def _footprint(self, site_id: str, estimate: Estimate) -> results.Result:
        month = f"{estimate.first_day[:4]}-03"
        variables = {"site": site_id, "month": month, "basis": estimate.basis.variables()}
        found = self.client.ask(_FOOTPRINT, variables)["footprint"]
        gaps = [gap["gap"] for gap in found["gaps"]]
        return {"__typename": "Estimate", "lines": found["lines"]["nodes"], "gaps": gaps}


def _is_postable(estimate: Estimate, read: Read) -> bool:
    is_one_year = estimate.first_day[:4] == estimate.last_day[:4]
    # A supplier's figure for electricity never enters the location-based line, which an estimate may ask for.
    is_priced_alike = not (estimate.own and estimate.activity_type.startswith("electricity."))
    is_dated = not _BARE_MONEY.fullmatch(estimate.unit)  # a posted row states the price year of money
    return estimate.is_a_quantity_alone and is_one_year and is_priced_alike and is_dated and read in _FROM_EMISSIONS


def made(client: Client, document: str, given: Mapping[str, Any]) -> str:
    """Write something and return its id; raises `Unanswered` where the service refuses."""
    return str(done(client, document, given)["made"]["id"])


def done(client: Client, document: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Write something and return what the service says; raises `Unanswered` where it refuses."""
    answer: dict[str, Any] = client.ask(document, {"input": given})["done"]
    if "code" in answer:
        raise results.Unanswered(f"the service refuses to write: {answer['code']}: {answer['message']}")
    return answer
