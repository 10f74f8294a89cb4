"""What is asked of the service's methods for one answer, and what is read from its reply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

from api.cases.results import Unanswered
from api.client import Client, ServiceError

DOCUMENTS: Final = MappingProxyType(
    {
        "cogeneration": """query (
          $total: Decimal!, $outputs: CogenerationOutputsInput!, $rule: CogenerationRuleInput!
        ) { methods { reply: cogeneration(total: $total, outputs: $outputs, rule: $rule) {
            heat power heatShare heatPerGj powerPerMwh } } }""",
        "productAllocation": """query ($total: Decimal!, $products: [ProductInput!]!, $key: AllocationKey!) {
          methods { reply: productAllocation(total: $total, products: $products, key: $key) { parts { amount } } } }""",
        "physicalAllocation": """query ($prices: [Decimal!]!, $limit: Decimal!) {
          methods { reply: physicalAllocation(prices: $prices, limit: $limit) { isAllowed ratio } } }""",
        "consolidation": """query ($amount: Decimal!, $holding: HoldingInput!) {
          methods { reply: consolidation(amount: $amount, approach: EQUITY_SHARE, holding: $holding,
            firstDay: "2024-01-01", lastDay: "2024-12-31") { consolidated meanShare } } }""",
        "baseYear": """query (
          $emissions: Decimal!, $threshold: BaseYearThresholdInput!, $changes: [BaseYearChangeInput!]!
        ) { methods { reply: baseYear(emissions: $emissions, threshold: $threshold, changes: $changes) {
            delta percent isTriggered restated } } }""",
        "uncertainty": """query ($lines: [UncertainLineInput!]!, $form: UncertaintyForm!) {
          methods { reply: uncertainty(lines: $lines, form: $form) { spread low high } } }""",
        "uncertaintyOfProduct": """query ($spreads: SpreadsInput!) {
          methods { reply: uncertaintyOfProduct(spreads: $spreads) { spread } } }""",
        "pedigree": """query ($set: PedigreeSet!, $scores: PedigreeScoresInput!, $basic: BasicUncertaintyInput) {
          methods { reply: pedigree(set: $set, scores: $scores, basic: $basic) {
            gsd2 factors { indicator factor } } } }""",
        "dataQuality": """query ($parts: [DataQualityPartInput!]!) {
          methods { reply: dataQuality(parts: $parts) { rating { score } primaryShare { primaryPercent } } } }""",
        "intensity": """query (
          $co2eKg: Decimal!, $denominator: IntensityDenominator!, $stated: [DenominatorMonthInput!]!, $limit: Decimal!
        ) { methods { reply: intensity(
            co2eKg: $co2eKg, denominator: $denominator, period: { first: "2024-01", last: "2024-01" }, stated: $stated
          ) { tonnesPerUnit reductionNeeded(limit: $limit) } } }""",
    }
)
"""Method -> the query that asks for it."""
Reply = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A method of the service, and what it is given."""

    method: str
    given: Mapping[str, Any]

    def reply(self, client: Client) -> Reply:
        """Ask; raises `Unanswered` where the method refuses."""
        try:
            reply: Reply = client.ask(DOCUMENTS[self.method], dict(self.given))["methods"]["reply"]
        except ServiceError as error:
            raise Unanswered(f"the service refuses it: {error}") from None
        return reply


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question whose reply holds the answer at `path`, times `size` in base units; `unit_size` is the answer's.

    Where the reply has other factors than `factors` by indicator, the set is not the case's and `otherwise` is asked.
    """

    question: Question
    path: str
    size: Fraction = Fraction(1)
    unit_size: Fraction = Fraction(1)
    factors: Mapping[str, Decimal] = field(default_factory=dict)
    otherwise: "Inquiry | None" = None

    def answer(self, client: Client) -> Fraction:
        """Ask, and return the answer in its unit; raises `Unanswered`."""
        reply = self.question.reply(client)
        if self.otherwise is not None and not self._has_factors(reply):
            return self.otherwise.answer(client)
        return read(reply, self.path) * self.size / self.unit_size

    def _has_factors(self, reply: Reply) -> bool:
        held = {one["indicator"]: Decimal(one["factor"]) for one in reply["factors"]}
        return held == dict(self.factors)


def read(reply: Reply, path: str) -> Fraction:
    """Return a number of a reply by its dotted path; what is true is 1, what is not is 0. Raises `Unanswered`."""
    found: Any = reply
    for part in path.split("."):
        if isinstance(found, Sequence) and not isinstance(found, str):
            found = found[int(part)]
        else:
            found = None if found is None else found[part]
    if found is None:
        raise Unanswered(f"the service gives no {path} for it")
    return Fraction(found)
