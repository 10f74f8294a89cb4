"""Certificates against consumption: both are written to the ledger, which says what is covered and what is left over.

Writes to the service: a tenant for each split, in the park of the run.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final
from uuid import uuid4

from api.cases.footprints import Ledger, done, made
from api.cases.measures import decimal_of, measure
from api.cases.plans import Estimate, OnBasis, Plan
from api.cases.reading import Answer, Case
from api.cases.results import Unanswered
from emission_factors.decimals import plain

_PROOF: Final = "CERTIFICATE"
_MONTH: Final = "2023-03"
_YEAR: Final = "2023"
_CANCELLED_ON: Final = "2023-04-30"
_CRITERIA: Final = (
    "CONVEYS_RATE",
    "ONLY_CLAIM",
    "RETIRED",
    "NEAR_CONSUMPTION",
    "SAME_MARKET",
    "AS_DELIVERED",
    "ALL_ATTRIBUTES",
    "RESIDUAL_MIX",
)
_VERSION: Final = "... on InstrumentVersionAdded { made: instrument { id } } ... on Refusal { code message }"
_RECORD: Final = f"""
mutation Record($input: RecordInstrumentInput!) {{ done: recordInstrument(input: $input) {{ {_VERSION} }} }}
"""
_CANCEL: Final = f"""
mutation Cancel($input: CancelInstrumentInput!) {{ done: cancelInstrument(input: $input) {{ {_VERSION} }} }}
"""
_MATCHING: Final = """
query Matching($tenant: ID!, $month: YearMonth!, $basis: BasisInput) {
  footprint(boundary: { tenantId: $tenant }, period: { first: $month, last: $month }, basis: $basis) {
    instruments { matchedMwh unmatchedMwh rejections { quantityMwh faults { reason message } } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Matched:
    """MWh of a load that certificates cover, MWh they do not, and MWh of certificates that cover nothing."""

    covered: Decimal
    uncovered: Decimal
    unused: Decimal

    def of(self, name: str) -> Decimal:
        """Return one of the three by its name."""
        return {"covered": self.covered, "uncovered": self.uncovered, "unused": self.unused}[name]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer: the part of `Matched` it is about, at a factor of the case, or as MWh for none."""

    field: str
    factor: str = ""


@dataclass(frozen=True, slots=True)
class Load:
    """Electricity consumed and certificates claimed for it, in MWh, under a regime."""

    quantity: Decimal
    certificates: Decimal
    regime: str = "GHG_PROTOCOL"


@dataclass(frozen=True, slots=True)
class Split:
    """A load whose pieces add up to an answer; `load_name` is the figure of the case that a piece stands in for."""

    case: Case
    answer: Answer
    load: Load
    load_name: str
    pieces: tuple[Piece, ...]
    unit_size: Fraction


def matched(load: Load, ledger: Ledger) -> Matched:
    """Post a load, record and cancel its certificates, and return what covers what; raises `Unanswered`."""
    if not load.certificates:
        return Matched(Decimal(0), load.quantity, Decimal(0))
    code = f"certificates-{uuid4().hex[:12]}"
    tenant_id = ledger.tenant(code)
    ledger.load(tenant_id, Estimate("electricity.grid", load.quantity, "MWh", region="CN", first_day=f"{_YEAR}-01-01"))
    _record(ledger, tenant_id, load.certificates, code)
    variables = {"tenant": tenant_id, "month": _MONTH, "basis": OnBasis(load.regime).variables()}
    matching = ledger.client.ask(_MATCHING, variables)["footprint"]["instruments"]
    faults = [(one["faults"][0], Decimal(one["quantityMwh"])) for one in matching["rejections"]]
    for fault, _ in faults:
        if fault["reason"] != "EXCESS":
            raise Unanswered(f"the service refuses the certificates: {fault['reason']}: {fault['message']}")
    unused = sum((quantity for _, quantity in faults), Decimal(0))
    return Matched(Decimal(matching["matchedMwh"]), Decimal(matching["unmatchedMwh"]), unused)


def priced(split: Split, piece: Piece, quantity: Decimal) -> tuple[Case, Answer]:
    """Return a case of a piece alone: its MWh in the place of the load, times its factor."""
    load = replace(split.case.figures[split.load_name], value=quantity, unit="MWh")
    case = replace(split.case, figures={**split.case.figures, split.load_name: load})
    factor = measure(case.figures[piece.factor].unit).to_base
    scale = measure("MWh").to_base * factor / split.unit_size
    expression = f"{split.load_name}*{piece.factor}*{scale.numerator}/{scale.denominator}"
    return case, replace(split.answer, expression=expression)


def proved(plan: Plan) -> Plan:
    """Return a plan whose own factors name the certificates as their evidence, which a factor of zero needs."""
    shares = (replace(share, estimate=replace(share.estimate, evidence=(_PROOF,))) for share in plan.shares)
    return replace(plan, shares=tuple(shares))


def mwh(value: Fraction, size: Fraction) -> Decimal:
    """Return a quantity of units of `size` in base units as MWh."""
    return decimal_of(value * size / measure("MWh").to_base)


def _record(ledger: Ledger, tenant_id: str, quantity: Decimal, batch: str) -> None:
    evidence = [{"document": "worked example", "kind": _PROOF}]
    checks = [{"criterion": name, "holds": True, "evidence": ["worked example"]} for name in _CRITERIA]
    given = {
        "tenantId": tenant_id,
        "code": "certificates",
        "kind": "GEC",
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": "CN",
        "firstMonth": _MONTH,
        "lastMonth": _MONTH,
        "quantityMwh": plain(quantity),
        "rate": "0",
        "claimedFrom": _MONTH,
        "claimedTo": _MONTH,
        "serials": {"batch": batch, "first": "1", "last": str(ceil(quantity))},
        "evidence": evidence,
        "criteria": checks,
    }
    instrument_id = made(ledger.client, _RECORD, given)
    done(ledger.client, _CANCEL, {"instrumentId": instrument_id, "cancelledOn": _CANCELLED_ON})
