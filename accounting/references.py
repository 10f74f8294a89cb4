"""What estimates under one reference must satisfy together; the reference is the caller's name for one thing.

One fuel is given by one path, the shares of one material are at most the whole, and a material balance does not come
out negative (GB/T 32151.34-2024, the checks of a carbon material balance).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from accounting.amounts import added
from accounting.estimates import Estimate, EstimateRequest
from accounting.refusals import RefusalCode, Refused
from emission_factors import decimals
from emission_factors.activity_types import UnknownActivityType, activity_type
from emission_factors.chains import BadChain, labelled_unit
from emission_factors.units import UnknownUnit, unit

Found = Estimate | Refused


def judged(requests: Sequence[EstimateRequest], found: Sequence[Found]) -> list[Found]:
    """Return estimates and refusals, position by position, with those refused that do not go together.

    `found` is what each request gave alone. A request without a reference is judged alone.
    """
    refused: dict[int, Refused] = {}
    for reference, positions in _by_reference(requests).items():
        for rule in (_negative_balance, _shares_above_whole, _second_path):
            refused.update(rule(reference, positions, requests, found))
    return [refused.get(position, one) for position, one in enumerate(found)]


def _by_reference(requests: Sequence[EstimateRequest]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for position, request in enumerate(requests):
        if request.reference:
            found.setdefault(request.reference, []).append(position)
    return found


def _second_path(
    reference: str, positions: Sequence[int], requests: Sequence[EstimateRequest], _found: Sequence[Found]
) -> Iterator[tuple[int, Refused]]:
    """Refuse an activity repeated in another dimension: one fuel by volume and again by mass."""
    first: dict[str, str] = {}
    for position in positions:
        request = requests[position]
        try:
            dimension = unit(request.unit).dimension
        except UnknownUnit:
            continue
        if first.setdefault(request.activity_type, dimension) != dimension:
            message = (
                f"duplicate accounting path: {request.activity_type} under reference {reference!r} is given in "
                f"{request.unit} and before in another dimension; give one quantity, or it counts twice"
            )
            yield position, Refused(RefusalCode.DUPLICATE_PATH, "unit", message)


def _shares_above_whole(
    reference: str, positions: Sequence[int], requests: Sequence[EstimateRequest], _found: Sequence[Found]
) -> Iterator[tuple[int, Refused]]:
    """Refuse the process input whose share of one mass brings the shares of different substances above the whole."""
    shares: dict[tuple[object, str], dict[str, Fraction]] = {}
    for position in positions:
        request = requests[position]
        share = _share(request)
        if share is None:
            continue
        parts = shares.setdefault((request.quantity, request.unit), {})
        parts[request.activity_type] = max(share, parts.get(request.activity_type, Fraction(0)))
        whole = sum(parts.values(), Fraction(0))
        if whole > 1:
            message = (
                f"fraction out of range: the shares of {request.quantity} {request.unit} under reference "
                f"{reference!r} add up to {_percent(whole)} % ({', '.join(parts)}); accepted is at most 100 %"
            )
            yield position, Refused(RefusalCode.FRACTION_OUT_OF_RANGE, "multipliers", message)


def _share(request: EstimateRequest) -> Fraction | None:
    """Return the share of a material that a process input is for, or None where it gives none."""
    try:
        if activity_type(request.activity_type).group != "process":
            return None
        units = [labelled_unit(term.unit) for term in request.multipliers]
    except (UnknownActivityType, UnknownUnit, BadChain):
        return None
    share = Fraction(1)
    for term, counted_in in zip(request.multipliers, units, strict=True):
        share *= Fraction(term.value) * counted_in.to_base
    return share if units and not any(counted_in.powers for counted_in in units) else None


def _negative_balance(
    reference: str, positions: Sequence[int], _requests: Sequence[EstimateRequest], found: Sequence[Found]
) -> Iterator[tuple[int, Refused]]:
    """Refuse what leaves a balance where more leaves than enters."""
    parts = {position: one for position in positions if isinstance(one := found[position], Estimate)}
    leaving = [position for position, one in parts.items() if any(line.resolved.line.sign < 0 for line in one.lines)]
    left = decimals.total(_direct(one) for one in parts.values())
    if not leaving or left >= 0:
        return
    message = (
        f"negative material balance: under reference {reference!r} more leaves than enters, "
        f"{decimals.plain(decimals.shown(left))} kg CO2e; what enters must be at least what leaves"
    )
    for position in leaving:
        yield position, Refused(RefusalCode.NEGATIVE_BALANCE, "quantity", message)


def _direct(found: Estimate) -> Decimal:
    """Return kg CO2e of the activity's first line."""
    first = found.activity.lines[0]
    return added(line.amounts for line in found.lines if line.resolved.line == first).co2e


def _percent(value: Fraction) -> str:
    return decimals.plain(decimals.shown(decimals.rounded(value * 100)))
