"""How the golden vectors ask a running service: estimates, methods, footprints, instruments."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounting.scope2.instruments import Criterion
from api.client import Client
from tests.api.test_flows import Park, row
from tests.api.test_instruments import CHANGES

CLOSE = Fraction(1, 10**40)
"""How near a number rounded to 50 digits lies to the exact one, at the sizes of the vectors."""
ESTIMATE = """query ($inputs: [EstimateInput!]!, $basis: BasisInput) { estimate(inputs: $inputs, basis: $basis) {
  __typename
  ... on EstimateError { code field message clause }
  ... on Estimate { quantity unit steam { gigajoules referenceKjPerKg } energy { tce tceHigh tceEquivalent }
    lines { line { code } scope explanation { flags }
      emissions { co2e(unit: TONNE) gases { gas mass(unit: TONNE) } outsideGases { gas mass } } } } } }"""
TOTALS = """query ($boundary: BoundaryInput!, $basis: BasisInput) {
  footprint(boundary: $boundary, period: {first: "2024-01", last: "2024-12"}, basis: $basis) {
    totals { scope1 { co2e(unit: TONNE) biogenicCo2 gases { gas mass } outsideGases { gas mass co2e } }
      scope2Location { co2e(unit: TONNE) } scope2Market { co2e(unit: TONNE) } }
    requiredTotals { code nameEn nameZh clause parts lineCount gapCount emissions { co2e(unit: TONNE) biogenicCo2 } }
    instruments { matchedMwh unmatchedMwh rejections { quantityMwh faults { reason message clause } } }
    gaps { activityType gap { code message clause line { code } } }
    lines { nodes { activityType line { code } explanation { flags } } } } }"""


def estimated(client: Client, activity: str, quantity: str, unit: str, **more: Any) -> dict[str, Any]:
    """Return the one answer to an input, in Guangdong in 2024."""
    basis = more.pop("basis", {})
    days = {"region": "CN-GD", "firstDay": "2024-01-01", "lastDay": "2024-12-31"}
    given = {"activityType": activity, "quantity": quantity, "unit": unit, **days, **more}
    answers = client.ask(ESTIMATE, {"inputs": [given], "basis": basis})["estimate"]
    (found,) = answers
    answer: dict[str, Any] = found
    return answer


def tonnes(found: dict[str, Any], line: str) -> Decimal:
    """Return t CO2e of one line of an estimate."""
    (emissions,) = [one["emissions"] for one in found["lines"] if one["line"]["code"] == line]
    return Decimal(emissions["co2e"])


def masses(emissions: dict[str, Any]) -> dict[str, str]:
    """Return gas -> mass."""
    return {gas["gas"]: gas["mass"] for gas in emissions["gases"]}


def asked(client: Client, methods: str) -> dict[str, Any]:
    """Return the answers of the methods, by field or alias."""
    answer: dict[str, Any] = client.ask(f"{{ methods {{ {methods} }} }}")["methods"]
    return answer


def close(found: str, exact: Fraction) -> bool:
    """Whether a number of the wire is the exact one, rounded to 50 digits."""
    assert isinstance(found, str), "decimals are strings on the wire"
    return abs(Fraction(found) - exact) < CLOSE


def totals(park: Park, **basis: Any) -> dict[str, Any]:
    """Return the footprint of the park's tenant in 2024."""
    answer: dict[str, Any] = park.client.ask(TOTALS, {"boundary": {"tenantId": park.tenant}, "basis": basis})
    found: dict[str, Any] = answer["footprint"]
    return found


def post(park: Park, *given: tuple[str, str, str], **more: Any) -> None:
    """Post (activity type, quantity, unit), each in March 2024."""
    rows = [
        row(f"{number}", activity, quantity, unit, **more) for number, (activity, quantity, unit) in enumerate(given)
    ]
    posted = park.post(*rows)
    assert posted["acceptedCount"] == len(given), posted


def held(park: Park, code: str, kind: str, quantity: str, **more: Any) -> dict[str, Any]:
    """Record an instrument of March 2024 at zero that meets every criterion."""
    given = {
        "tenantId": park.tenant,
        "code": code,
        "kind": kind,
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": "CN",
        "firstMonth": "2024-03",
        "lastMonth": "2024-03",
        "quantityMwh": quantity,
        "rate": "0",
        "claimedFrom": "2024-03",
        "claimedTo": "2024-03",
        "evidence": [{"document": f"{code}.pdf", "kind": "CONTRACT"}],
        "criteria": [{"criterion": name, "holds": True, "evidence": ["audit"]} for name in Criterion],
    }
    return changed(park, "recordInstrument", **(given | more))


def changed(park: Park, name: str, **given: Any) -> dict[str, Any]:
    """Change an instrument; return its new version."""
    answer = park.client.ask(CHANGES[name], {"input": given})[name]
    assert "instrument" in answer, answer
    found: dict[str, Any] = answer["instrument"]
    return found
