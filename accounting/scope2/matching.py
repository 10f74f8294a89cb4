"""Instruments matched to loads down the market-based hierarchy, each MWh once; what is refused says why and how much.

Two sums hold exactly: the matches of a load and its unmatched rest are the load; the matches of an instrument and what
is refused of it are the instrument. The unmatched rest takes the residual mix, or the grid average where there is none,
by the factor selection; it is no concern of this module.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.scope2.instrument_faults import TABLE, TRACKED, Fault, Reason, claimable, claimed_before, faults
from accounting.scope2.instrument_rules import COVERS, LEVELS, InstrumentRules, Level
from accounting.scope2.instruments import BadInstrument, EnergyCarrier, Instrument, Load, LoadKind
from emission_factors import decimals

ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Match:
    """`quantity` MWh of a load covered by an instrument, at `rate` kg CO2e/MWh; `reason` says why by this one."""

    instrument: Instrument
    load: Load
    quantity: Decimal
    level: Level
    rate: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """`quantity` MWh of an instrument that cover nothing, with all faults found; the first is the reason."""

    instrument: Instrument
    quantity: Decimal
    faults: tuple[Fault, ...]

    @property
    def reason(self) -> Reason:
        """The first fault's."""
        return self.faults[0].reason


@dataclass(frozen=True, slots=True)
class Unmatched:
    """MWh of a load that no instrument covers; zero where it is covered."""

    load: Load
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Matching:
    """Matches in the order they were made, refusals in the same order, and the rest of every load."""

    matches: tuple[Match, ...]
    rejections: tuple[Rejection, ...]
    unmatched: tuple[Unmatched, ...]

    @property
    def matched_mwh(self) -> Decimal:
        """MWh covered by instruments."""
        return decimals.total(one.quantity for one in self.matches)

    @property
    def unmatched_mwh(self) -> Decimal:
        """MWh that no instrument covers."""
        return decimals.total(one.quantity for one in self.unmatched)

    def emissions(self, unmatched_rate: Decimal) -> Decimal:
        """Return kg CO2e: matched MWh x rate of the instrument + unmatched MWh x `unmatched_rate`, kg CO2e/MWh.

        Source: GHG Protocol Scope 2 Guidance ch. 6, S2_MB = sum of AD x EF with AD allocated once.
        """
        covered = decimals.total(decimals.product(one.quantity, one.rate) for one in self.matches)
        return decimals.total((covered, decimals.product(self.unmatched_mwh, unmatched_rate)))


_HIERARCHY: Final = {level: rank for rank, level in enumerate(Level)}
_CARRIERS: Final = {carrier: rank for rank, carrier in enumerate(EnergyCarrier)}
_ONCE: Final = "GHG Protocol Scope 2 Guidance ch. 6: each MWh is allocated once, no more than is consumed"


def match(loads: Iterable[Load], instruments: Iterable[Instrument], rules: InstrumentRules) -> Matching:
    """Allocate instruments to loads under one regime's rules, and say what is refused and what stays uncovered.

    Order: by rung of the hierarchy; there, what is bound to a site before what is not, then by the last month it can
    cover, the first such month, and its id. An instrument covers the earliest of its months first, and what is lost to
    lower rungs before what they could cover. The order of the input does not matter. Another instrument never raises
    what is unmatched, unless it names certificates that one already there names too.
    Raises `BadInstrument` where two instruments have one id or two loads are the same.
    """
    rest = {load: load.quantity for load in sorted(_distinct(loads), key=_load_order)}
    by_tenant: dict[UUID, list[Load]] = {}
    for load in rest:
        by_tenant.setdefault(load.tenant, []).append(load)
    claims = sorted(_named_once(instruments), key=lambda claim: _claim_order(claim, rules))
    before = claimed_before(claims, rules)
    matches: list[Match] = []
    rejections: list[Rejection] = []
    for claim in claims:
        found = faults(claim, rules, before)
        loads_open, shut = ((), ()) if found else _open_to(claim, by_tenant.get(claim.tenant, []), rules)
        if found or shut:
            rejections.append(Rejection(claim, claim.quantity, found or shut))
            continue
        covered = list(_covered(claim, loads_open, rest, rules))
        matches += covered
        rejections += _left_over(claim, decimals.total(one.quantity for one in covered), rules)
    return Matching(tuple(matches), tuple(rejections), tuple(Unmatched(load, left) for load, left in rest.items()))


def _covered(
    claim: Instrument, loads: Sequence[Load], rest: dict[Load, Decimal], rules: InstrumentRules
) -> Iterator[Match]:
    """Cover loads in order, and take what is covered off `rest`."""
    left = claimable(claim, rules)
    rate = ZERO if rules.is_zero or claim.rate is None else claim.rate
    level = LEVELS[claim.kind]
    for load in loads:
        quantity = min(left, rest[load])
        if quantity > 0:
            left = decimals.EXACT.subtract(left, quantity)
            rest[load] = decimals.EXACT.subtract(rest[load], quantity)
            yield Match(claim, load, quantity, level, rate, _why(claim, level, rules))


def _left_over(claim: Instrument, covered: Decimal, rules: InstrumentRules) -> Iterator[Rejection]:
    claimed = claimable(claim, rules)
    excess = decimals.EXACT.subtract(claimed, covered)
    if excess > 0:
        message = (
            f"{claim.name} claims {_plain(claimed)} MWh and {_plain(covered)} MWh of consumption were open to it; the "
            f"excess of {_plain(excess)} MWh is refused, not carried"
        )
        yield Rejection(claim, excess, (Fault(Reason.EXCESS, message, _ONCE),))
    uncancelled = decimals.EXACT.subtract(claim.quantity, claimed)
    if uncancelled > 0:
        message = f"{_plain(uncancelled)} of {_plain(claim.quantity)} MWh of {claim.name} are not cancelled"
        yield Rejection(claim, uncancelled, (Fault(Reason.NOT_CANCELLED, message, TRACKED),))


def _why(claim: Instrument, level: Level, rules: InstrumentRules) -> str:
    first, last = _window(claim, rules)
    where = "its site" if claim.site else "any site"
    rung = f"rung {_HIERARCHY[level] + 1} ({level})"
    return f"{rung}: {claim.name} covers {where} of its beneficiary from {first:%Y-%m} to {last:%Y-%m}, earliest first"


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a load must meet: `words` what the instrument is, `offered` what a load is instead."""

    reason: Reason
    words: str
    clause: str
    is_met: Callable[[Load], bool]
    offered: Callable[[Load], str]


def _open_to(
    claim: Instrument, loads: Sequence[Load], rules: InstrumentRules
) -> tuple[Sequence[Load], tuple[Fault, ...]]:
    """Return the beneficiary's loads that an instrument may cover, in order, or what keeps it from all of them."""
    if not loads:
        message = f"{claim.name} is for {claim.tenant}, of whom no consumption is given"
        return (), (Fault(Reason.OTHER_BENEFICIARY, message, TRACKED),)
    for condition in (*_conditions_of_place(claim), *_conditions_of_time(claim, rules)):
        left = [load for load in loads if condition.is_met(load)]
        if not left:
            offered = ", ".join(sorted({condition.offered(load) for load in loads}))
            message = f"{claim.name} is {condition.words}; the consumption is {offered}"
            return (), (Fault(condition.reason, message, condition.clause),)
        loads = left
    return loads, ()


def _conditions_of_place(claim: Instrument) -> Iterator[_Condition]:
    kinds = _supplies(claim)
    yield _Condition(
        Reason.WRONG_CARRIER,
        f"for {claim.carrier}",
        _ONCE,
        lambda load: load.carrier is claim.carrier,
        lambda load: load.carrier.value,
    )
    yield _Condition(
        Reason.WRONG_MARKET,
        f"of market {claim.market}",
        f"{TABLE} (5)",
        lambda load: load.market == claim.market,
        lambda load: load.market,
    )
    yield _Condition(
        Reason.OTHER_SITE,
        f"for site {claim.site}",
        _ONCE,
        lambda load: claim.site in (None, load.site),
        lambda load: f"at {load.site}",
    )
    yield _Condition(
        Reason.WRONG_SUPPLY,
        f"for {' or '.join(kinds) or 'no supply'}",
        _ONCE,
        lambda load: load.kind in kinds,
        lambda load: load.kind.value,
    )


def _conditions_of_time(claim: Instrument, rules: InstrumentRules) -> Iterator[_Condition]:
    first, last = _window(claim, rules)
    good = f"from {first:%Y-%m} to {last:%Y-%m}" if first <= last else "in no month"
    yield _Condition(
        Reason.OTHER_PERIOD,
        f"claimed for {claim.claimed_from:%Y-%m} to {claim.claimed_to:%Y-%m}",
        _ONCE,
        lambda load: claim.claimed_from <= load.month <= claim.claimed_to,
        lambda load: f"of {load.month:%Y-%m}",
    )
    yield _Condition(
        Reason.WRONG_VINTAGE,
        f"generated from {claim.first_month:%Y-%m} to {claim.last_month:%Y-%m} and of what it claims good {good}",
        rules.vintages[claim.kind].source,
        lambda load: first <= load.month <= last,
        lambda load: f"of {load.month:%Y-%m}",
    )


def _supplies(claim: Instrument) -> tuple[LoadKind, ...]:
    """Return the supplies an instrument can cover; what is not tradable stays with its own generation."""
    covers = COVERS[claim.kind]
    return covers if claim.is_tradable else tuple(kind for kind in covers if kind is LoadKind.OWN_GENERATION)


def _window(claim: Instrument, rules: InstrumentRules) -> tuple[date, date]:
    """Return the first and the last month an instrument may cover: its vintage's window within what is claimed."""
    first, last = rules.vintages[claim.kind].months(claim)
    return max(first, claim.claimed_from), min(last, claim.claimed_to)


def _claim_order(claim: Instrument, rules: InstrumentRules) -> tuple[object, ...]:
    first, last = _window(claim, rules)
    return _HIERARCHY[LEVELS[claim.kind]], claim.site is None, last, first, claim.id


_SUPPLY_ORDER: Final = {LoadKind.OWN_GENERATION: 0, LoadKind.DIRECT_LINE: 1, LoadKind.GRID: 2}


def _load_order(load: Load) -> tuple[object, ...]:
    place = (_CARRIERS[load.carrier], load.market, load.tenant.int)
    return (*place, _SUPPLY_ORDER[load.kind], load.month, load.site.int)


def _distinct(loads: Iterable[Load]) -> list[Load]:
    found = list(loads)
    seen = set()
    for load in found:
        key = _load_order(load)
        if key in seen:
            message = f"{load.kind} {load.carrier} of {load.month:%Y-%m} at site {load.site} is given twice; add it up"
            raise BadInstrument("loads", message)
        seen.add(key)
    return found


def _named_once(instruments: Iterable[Instrument]) -> list[Instrument]:
    found = list(instruments)
    seen = set()
    for claim in found:
        if claim.id in seen:
            raise BadInstrument("instruments", f"two instruments have the id {claim.id!r}; each claim has its own")
        seen.add(claim.id)
    return found


def _plain(value: Decimal) -> str:
    return decimals.plain(value)
