"""What is wrong with an instrument by itself: not admitted, sold, not cancelled, claimed twice, not proved.

Every fault found is told, not the first alone. What an instrument may cover is in `matching`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from accounting.scope2.instrument_rules import InstrumentRules
from accounting.scope2.instruments import Criterion, Instrument, Serials
from emission_factors import decimals

TABLE: Final = "GHG Protocol Scope 2 Guidance table 7.1"
"""Where the quality criteria stand."""
_GEC_RULES: Final = "国能发新能规〔2024〕67号"
TRACKED: Final = f"{TABLE} (3); {_GEC_RULES}: declared consumption is cancelled"
"""What asks for the cancellation of a certificate by or for its beneficiary."""


class Reason(StrEnum):
    """Why an instrument, or a part of it, covers nothing."""

    NOT_ADMITTED = "NOT_ADMITTED"
    """The regime does not count this kind of instrument."""
    WRONG_CARRIER = "WRONG_CARRIER"
    """It is for another energy carrier than what was consumed, or than the regime counts instruments of."""
    WRONG_ATTRIBUTE = "WRONG_ATTRIBUTE"
    """The regime counts non-fossil energy only."""
    SOLD = "SOLD"
    """The certificates of own generation were sold; what was generated keeps no attribute."""
    NOT_TRADABLE = "NOT_TRADABLE"
    """The certificates cannot be traded, and the beneficiary is not the generator."""
    DOUBLE_CANCELLATION = "DOUBLE_CANCELLATION"
    """A certificate of it was cancelled before, or is claimed twice and no cancellation is the first."""
    NOT_CANCELLED = "NOT_CANCELLED"
    """It must be cancelled for the beneficiary and is not, or only in part."""
    CRITERION_FAILED = "CRITERION_FAILED"
    """A quality criterion does not hold, or was not checked."""
    MISSING_EVIDENCE = "MISSING_EVIDENCE"
    """A document that proves the claim is missing."""
    OTHER_BENEFICIARY = "OTHER_BENEFICIARY"
    """Its beneficiary is none of those whose consumption is matched."""
    WRONG_MARKET = "WRONG_MARKET"
    """It comes from another market than the one of consumption."""
    OTHER_SITE = "OTHER_SITE"
    """It is bound to a site at which nothing it could cover was consumed."""
    WRONG_SUPPLY = "WRONG_SUPPLY"
    """It cannot cover energy supplied the way the consumed energy was."""
    OTHER_PERIOD = "OTHER_PERIOD"
    """It is claimed for months of which no consumption is given."""
    WRONG_VINTAGE = "WRONG_VINTAGE"
    """It was generated, or cancelled, outside the window for the months it is claimed for."""
    EXCESS = "EXCESS"
    """More is claimed than was consumed and is not covered already."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason, in words, with the clause it rests on and the quality criterion where it is one."""

    reason: Reason
    message: str
    clause: str
    criterion: Criterion | None = None


def claimable(claim: Instrument, rules: InstrumentRules) -> Decimal:
    """Return the MWh that may be claimed: what was cancelled, for kinds that must be; else all."""
    if claim.kind not in rules.cancelled:
        return claim.quantity
    return claim.cancellation.quantity if claim.cancellation else Decimal(0)


def faults(claim: Instrument, rules: InstrumentRules, before: Mapping[str, str]) -> tuple[Fault, ...]:
    """Return all that keeps an instrument from counting under the rules, whatever was consumed; none if it counts.

    `before` is what `claimed_before` says of all instruments. A criterion not checked is one that fails.
    """
    return (
        *_not_admitted(claim, rules),
        *_not_owned(claim, before),
        *_not_cancelled(claim, rules),
        *_failed_criteria(claim, rules),
        *_missing_evidence(claim, rules),
    )


def _not_admitted(claim: Instrument, rules: InstrumentRules) -> Iterator[Fault]:
    if claim.kind not in rules.admitted:
        accepted = ", ".join(sorted(rules.admitted))
        message = f"{claim.name} is {claim.kind}; {rules.regime} counts {accepted}"
        yield Fault(Reason.NOT_ADMITTED, message, rules.source)
    if claim.carrier not in rules.carriers:
        accepted = ", ".join(sorted(rules.carriers))
        message = f"{claim.name} is for {claim.carrier}; {rules.regime} counts instruments for {accepted}"
        yield Fault(Reason.WRONG_CARRIER, message, rules.source)
    if claim.attribute not in rules.attributes:
        accepted = ", ".join(sorted(rules.attributes))
        message = f"{claim.name} is for {claim.attribute} energy; {rules.regime} counts {accepted}"
        yield Fault(Reason.WRONG_ATTRIBUTE, message, rules.source)


def _not_owned(claim: Instrument, before: Mapping[str, str]) -> Iterator[Fault]:
    if claim.is_sold:
        message = f"the certificates of {claim.name} were sold: {_plain(claim.quantity)} MWh keep no attribute"
        yield Fault(Reason.SOLD, message, f"{TABLE} (7)")
    if not claim.is_tradable and claim.generator != claim.tenant:
        message = f"{claim.name} is not tradable; its generator alone may claim it, for own generation"
        yield Fault(Reason.NOT_TRADABLE, message, _GEC_RULES)
    if claim.id in before:
        message = f"certificates of {claim.name} are claimed by {before[claim.id]} too, and not later"
        yield Fault(Reason.DOUBLE_CANCELLATION, message, f"{TABLE} (2); {_GEC_RULES}")


def _not_cancelled(claim: Instrument, rules: InstrumentRules) -> Iterator[Fault]:
    if claim.kind in rules.cancelled and claimable(claim, rules) == 0:
        message = f"nothing of {claim.name} is cancelled; {rules.regime} counts {claim.kind} once cancelled"
        yield Fault(Reason.NOT_CANCELLED, message, TRACKED)
    rule = rules.vintages[claim.kind]
    if claim.cancellation is None or rule.valid_months == 0:
        return
    on, expires = claim.cancellation.on, rule.expires(claim.first_month)
    if not claim.last_month <= on.replace(day=1) <= expires:
        message = f"{claim.name} was cancelled on {on}; accepted is {claim.last_month:%Y-%m} to {expires:%Y-%m}"
        yield Fault(Reason.WRONG_VINTAGE, message, rule.source)


def _failed_criteria(claim: Instrument, rules: InstrumentRules) -> Iterator[Fault]:
    for criterion in rules.criteria.get(claim.kind, ()):
        check = claim.criteria.of(criterion)
        clause = f"{TABLE} ({list(Criterion).index(criterion) + 1})"
        if criterion is Criterion.CONVEYS_RATE and claim.rate is None:
            message = f"{claim.name} states no emission rate"
            yield Fault(Reason.CRITERION_FAILED, message, clause, criterion)
        elif check.holds is not True:
            message = f"{criterion} of {claim.name} {'was not checked' if check.holds is None else 'does not hold'}"
            yield Fault(Reason.CRITERION_FAILED, message, clause, criterion)
        elif not check.evidence:
            message = f"that {criterion} of {claim.name} holds is said without evidence"
            yield Fault(Reason.MISSING_EVIDENCE, message, clause, criterion)


def _missing_evidence(claim: Instrument, rules: InstrumentRules) -> Iterator[Fault]:
    kinds = {document.kind for document in claim.evidence}
    accepted = rules.proofs.get(claim.kind, ())
    if not kinds or (accepted and not any(needed <= kinds for needed in accepted)):
        words = " or ".join(" and ".join(sorted(needed)) for needed in accepted) or "any document"
        message = f"{claim.name} is proved by {', '.join(sorted(kinds)) or 'nothing'}; {rules.regime} accepts {words}"
        yield Fault(Reason.MISSING_EVIDENCE, message, rules.source)
    if claim.kind in rules.cancelled and claim.serials is None:
        message = f"{claim.name} names no certificate numbers, so that a second cancellation would not be seen"
        yield Fault(Reason.MISSING_EVIDENCE, message, f"{TABLE} (2)")


def claimed_before(claims: Sequence[Instrument], rules: InstrumentRules) -> Mapping[str, str]:
    """Return, by id, an instrument that claims certificates of this one and did not cancel them later.

    Whoever cancelled first keeps the certificates, even if the claim fails for another reason: they are used up.
    Cancelled on one day, or by none, they are nobody's.
    """
    found: dict[str, str] = {}
    for one, other in _overlapping(claims, rules):
        if _claimed_on(one) <= _claimed_on(other):
            found.setdefault(other.id, one.id)
        if _claimed_on(other) <= _claimed_on(one):
            found.setdefault(one.id, other.id)
    return found


def _overlapping(claims: Sequence[Instrument], rules: InstrumentRules) -> Iterator[tuple[Instrument, Instrument]]:
    """Yield the pairs that use one certificate, walking each batch by number. Who sold it does not use it."""
    uncancelled = rules.admitted - rules.cancelled
    numbered = [
        (claim.serials, claim)
        for claim in claims
        if claim.serials and not claim.is_sold and (claim.cancellation or claim.kind in uncancelled)
    ]
    open_ranges: list[tuple[Serials, Instrument]] = []
    for serials, claim in sorted(numbered, key=lambda one: (one[0].batch, one[0].first, one[1].id)):
        open_ranges = [other for other in open_ranges if other[0].overlaps(serials)]
        for _, other in open_ranges:
            yield other, claim
        open_ranges.append((serials, claim))


def _claimed_on(claim: Instrument) -> date:
    return claim.cancellation.on if claim.cancellation else date.max


def _plain(value: Decimal) -> str:
    return decimals.plain(value)
