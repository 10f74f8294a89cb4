"""How the tests ask the methods of the API, and the figures several of them use."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from ledger.database import Database
from schema.context import Context, Service
from schema.service import build

SCHEMA = build()


CENT = Decimal("0.01")


async def executed(field: str, variables: Mapping[str, Any]) -> Any:
    """Execute one query of one method, which asks no database."""
    never_opened = Database("", 1)
    service = Service(never_opened, cast("Any", None), lambda: datetime(2026, 11, 22, tzinfo=UTC))
    return await SCHEMA.execute(field, variable_values=dict(variables), context_value=Context(service, "test"))


async def ask(method: str, **variables: Any) -> Any:
    """Return the answer of a method."""
    result = await executed(QUERIES[method], variables)
    assert result.errors is None, result.errors
    return result.data["methods"][method]


async def refused(method: str, **variables: Any) -> str:
    """Return the message of the one error a method answers with, which a client may read."""
    result = await executed(QUERIES[method], variables)
    assert result.data is None
    assert [error.extensions["code"] for error in result.errors] == ["BAD_USER_INPUT"]
    message: str = result.errors[0].message
    return message


QUERIES = {
    "gridLosses": """query ($consumed: Decimal!, $lossRate: Decimal!, $factor: Decimal!) {
        methods { gridLosses(consumed: $consumed, lossRate: $lossRate, factor: $factor) { emissions source } } }""",
    "target": "query ($input: TargetInput!) { methods { target(input: $input) { value source } } }",
    "dualControl": """query ($cut: Decimal!, $years: Int!, $base: Decimal!, $growth: Decimal!) {
        methods { dualControl(cut: $cut, years: $years, base: $base, growth: $growth) { annualCut total source } } }""",
    "abatement": "query ($input: AbatementInput!) { methods { abatement(input: $input) { costPerTonne source } } }",
    "cogeneration": """query ($total: Decimal!, $outputs: CogenerationOutputsInput!, $rule: CogenerationRuleInput!) {
        methods { cogeneration(total: $total, outputs: $outputs, rule: $rule) {
            total heat power heatShare heatPerGj powerPerMwh flags source } } }""",
    "productAllocation": """query ($total: Decimal!, $products: [ProductInput!]!, $key: AllocationKey!) {
        methods { productAllocation(total: $total, products: $products, key: $key) {
            total key parts { code share amount } source } } }""",
    "physicalAllocation": """query ($prices: [Decimal!]!, $limit: Decimal! = 5) {
        methods { physicalAllocation(prices: $prices, limit: $limit) { isAllowed ratio limit source } } }""",
    "consolidation": """query (
        $amount: Decimal!, $approach: ConsolidationApproach!, $holding: HoldingInput!, $first: Date!, $last: Date!
    ) { methods { consolidation(
        amount: $amount, approach: $approach, holding: $holding, firstDay: $first, lastDay: $last
    ) { approach spans { firstDay lastDay days share } meanShare amount consolidated source } } }""",
    "lease": """query (
        $kind: LeaseKind!, $party: LeaseParty!, $approach: ConsolidationApproach!, $operatedByLessee: Boolean! = true
    ) { methods { lease(kind: $kind, party: $party, approach: $approach, operatedByLessee: $operatedByLessee) {
        placement scope3Category source } } }""",
    "baseYear": """query (
        $emissions: Decimal!, $threshold: BaseYearThresholdInput!, $changes: [BaseYearChangeInput!]!
    ) { methods { baseYear(emissions: $emissions, threshold: $threshold, changes: $changes) {
        emissions delta percent thresholdPercent thresholdSource isTriggered restated
        counted { kind delta reason effectiveOn } notCounted { kind } source } } }""",
    "uncertainty": """query ($lines: [UncertainLineInput!]!, $form: UncertaintyForm!) {
        methods { uncertainty(lines: $lines, form: $form) {
            form total covered spread low high undeclared shared wide flags source } } }""",
    "uncertaintyOfProduct": """query ($spreads: SpreadsInput!) {
        methods { uncertaintyOfProduct(spreads: $spreads) { form spread source } } }""",
    "pedigree": """query ($set: PedigreeSet!, $scores: PedigreeScoresInput!, $basic: BasicUncertaintyInput) {
        methods { pedigree(set: $set, scores: $scores, basic: $basic) {
            gsd2 set basic assumed factors { indicator score factor isAssumed isFilled } source } } }""",
    "simulation": """query ($lines: [SampledLineInput!]!, $seed: Int!, $draws: Int) {
        methods { simulation(lines: $lines, seed: $seed, draws: $draws) {
            mean median low high standardError lowError highError isStable
            draws seed generator undeclared source } } }""",
    "dataQuality": """query ($parts: [DataQualityPartInput!]!) {
        methods { dataQuality(parts: $parts) {
            rating { score undeclaredPercent } primaryShare { primaryPercent secondaryPercent undeclaredPercent }
            qualities { shares { quality percent } undeclaredPercent } source } } }""",
    "intensity": """query (
        $co2eKg: Decimal!, $denominator: IntensityDenominator!, $period: MonthsInput!,
        $stated: [DenominatorMonthInput!]!, $limit: Decimal! = 0
    ) { methods { intensity(co2eKg: $co2eKg, denominator: $denominator, period: $period, stated: $stated) {
        status tonnesPerUnit per denominator missing reductionNeeded(limit: $limit) source } } }""",
}


PLANT = {"heatGj": "60000", "powerMwh": "12000", "carrier": "STEAM"}


PLANT_TOTAL = "7164.531"


STEAM = {"amount": {"heatGj": "60000"}, "enthalpyKjPerKg": "2777.1", "entropyKjPerKgK": "6.585"}


def cents(text: str) -> str:
    """Return a number of the wire at two places; it must be a string there."""
    assert isinstance(text, str)
    return str(Decimal(text).quantize(CENT))


MARCH = {"first": "2025-03-01", "last": "2025-03-31"}


def stake(percent: str, control: str, operates: bool, first: str, last: str | None = None) -> dict[str, Any]:
    return {
        "equityPercent": percent,
        "financialControl": control,
        "hasOperationalControl": operates,
        "validFrom": first,
        "validTo": last,
    }


POLICY = {"percent": "5", "source": "Base year policy of the park, 2024, section 3"}


def change(kind: str, delta: str) -> dict[str, str]:
    return {"kind": kind, "delta": delta, "reason": f"{kind} of {delta}", "effectiveOn": "2026-01-01"}


def line(name: str, emission: str, **spreads: str | None) -> dict[str, Any]:
    inputs = [{"code": code, "spread": spread} for code, spread in spreads.items()]
    return {"name": name, "emission": emission, "inputs": inputs}


def scores(*values: int | None) -> dict[str, int | None]:
    return dict(zip(("reliability", "completeness", "time", "geography", "technology"), values, strict=True))


def sampled(name: str, **distributions: Any) -> dict[str, Any]:
    inputs = [{"code": code, "distribution": given} for code, given in distributions.items()]
    return {"name": name, "inputs": inputs}


def month(name: str, value: str, unit: str = "") -> dict[str, str]:
    return {"month": name, "value": value, "unit": unit}


WINTER = {"first": "2024-12", "last": "2025-02"}


EQUITY = {"amount": "1", "approach": "EQUITY_SHARE", **MARCH}
