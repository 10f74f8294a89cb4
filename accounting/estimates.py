"""One stateless estimate: a quantity of an activity in, inventory lines with their explanation out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from accounting import own_factors
from accounting.amounts import Amounts, emitted
from accounting.basis import Basis
from accounting.clauses import cited, code_of
from accounting.effective import Flag
from accounting.energy.content import EnergyContent, energy_content
from accounting.lines import Gap, OwnFactors, Place, ResolvedLine, resolve, with_factor
from accounting.own_factors import OwnFactor
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import SEVEN_GROUPS
from accounting.steam_heat import SteamConditions, SteamHeat, heat_of
from emission_factors import chains, decimals, gases, regions
from emission_factors.activity_types import ActivityType, Line, UnknownActivityType, activity_type
from emission_factors.chains import BadChain, Term
from emission_factors.properties import NotConvertible
from emission_factors.selection import Selection
from emission_factors.steam import OutsideTable
from emission_factors.units import Unit, UnknownUnit, unit


@dataclass(frozen=True, slots=True)
class EstimateRequest:
    """What is to be estimated. `multipliers` turn the quantity into the one accounted for: a distance, a purity, a leak
    rate. `factor_id` or `own_factor` replaces the server's choice for `line` (the first line if empty).
    """

    activity_type: str
    quantity: object
    unit: str
    region: str
    first_day: date
    last_day: date
    multipliers: tuple[Term, ...] = ()
    supplier: str = ""
    line: str = ""
    factor_id: str = ""
    own_factor: OwnFactor | None = None
    steam: SteamConditions | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class LineEstimate:
    """One inventory line of an estimate."""

    resolved: ResolvedLine
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Estimate:
    """The answer. `quantity` is in `unit`, the base unit the lines were computed in."""

    request: EstimateRequest
    activity: ActivityType
    quantity: Decimal
    unit: Unit
    lines: tuple[LineEstimate, ...]
    gaps: tuple[Gap, ...]
    energy: EnergyContent | None
    steam: SteamHeat | None = None


def estimate(basis: Basis, request: EstimateRequest, own: OwnFactors | None = None) -> Estimate:
    """Return the inventory lines of one request; raises `Refused`.

    Without a factor for the activity's first line there is no estimate; a missing upstream line is a gap of it. Nor is
    there one where the regime counts none of the gases: zero would be taken for the answer.
    """
    activity = _activity(request.activity_type)
    place = _place(request)
    quantity, counted_in, steam = _quantity(basis, request, activity)
    resolved, gaps = _lines(basis, request, activity, place, counted_in, own or {})
    if gaps and gaps[0].line == activity.lines[0]:
        code = code_of(gaps[0].error)
        raise Refused(code, "activityType", cited(code, str(gaps[0].error)))
    _refuse_uncounted(basis, activity, resolved)
    base = unit(counted_in.base)
    amount = decimals.exact(quantity * counted_in.to_base)
    lines = tuple(LineEstimate(line, emitted(amount, line.factor, line.line.sign)) for line in resolved)
    energy = energy_content(basis, activity, quantity, counted_in, place.region, place.year)
    return Estimate(request, activity, amount, base, lines, tuple(gaps), energy, steam)


def _refuse_uncounted(basis: Basis, activity: ActivityType, lines: Sequence[ResolvedLine]) -> None:
    """Refuse where every gas lies outside the regime's groups, though another regime counts one of them.

    What no regime counts, such as HCFCs, is a memo under all of them, and no refusal.
    """
    outside = sorted({gas for line in lines for gas in line.factor.outside})
    is_counted = any(Flag.GAS_NOT_COUNTED not in line.flags for line in lines)
    if is_counted or not any(gases.gas(gas).kyoto_group in SEVEN_GROUPS for gas in outside):
        return
    regime = basis.regime
    message = (
        f"{regime.name_en} counts {', '.join(sorted(regime.kyoto_groups))} and {activity.code} emits "
        f"{', '.join(outside)}: ask under a regime that counts it, or post it, and a footprint shows its mass outside "
        f"the totals ({regime.source})"
    )
    raise Refused(RefusalCode.GAS_NOT_COUNTED, "activityType", message, regime.source)


def majority_year(first: date, last: date) -> int:
    """Return the calendar year with most days of a period, both ends included, the earlier one on a tie (UK conversion
    factors, guidance on reporting years).
    """
    days = {
        year: (min(last, date(year, 12, 31)) - max(first, date(year, 1, 1))).days
        for year in range(first.year, last.year + 1)
    }
    return max(days, key=lambda year: (days[year], -year))


def _activity(code: str) -> ActivityType:
    try:
        return activity_type(code)
    except UnknownActivityType as error:
        raise Refused(RefusalCode.UNKNOWN_ACTIVITY_TYPE, "activityType", str(error)) from None


def _place(request: EstimateRequest) -> Place:
    if request.last_day < request.first_day:
        message = f"the period ends on {request.last_day}, before it starts on {request.first_day}"
        raise Refused(RefusalCode.PERIOD_ENDS_BEFORE_START, "period", message)
    try:
        regions.region(request.region)
    except regions.UnknownRegion as error:
        raise Refused(RefusalCode.UNKNOWN_REGION, "region", str(error)) from None
    year = majority_year(request.first_day, request.last_day)
    return Place(request.region, request.first_day, year, request.supplier)


def _quantity(
    basis: Basis, request: EstimateRequest, activity: ActivityType
) -> tuple[Fraction, Unit, SteamHeat | None]:
    """Return the quantity accounted for, its unit, and how the heat of steam was found where it was."""
    quantity, counted_in = Fraction(parse_quantity(request.quantity)), parse_unit(request.unit)
    heat = None
    if request.steam is not None:
        heat = _heat(basis, quantity, counted_in, request.steam)
        quantity, counted_in = heat.megajoules, unit("MJ")
    if request.multipliers:
        try:
            quantity, counted_in = chains.activity_quantity(quantity, counted_in, request.multipliers)
        except BadChain as error:
            raise refused_chain(error, "multipliers") from None
    accept_dimension(activity, counted_in, "unit")
    if not request.factor_id and request.own_factor is None:  # a caller's factor may be of the caller's own prices
        accept_price_year(counted_in, "unit")
    return quantity, counted_in, heat


def _heat(basis: Basis, mass: Fraction, given: Unit, conditions: SteamConditions) -> SteamHeat:
    try:
        return heat_of(mass, given, conditions, basis.regime.steam_reference_enthalpy)
    except (OutsideTable, NotConvertible) as error:
        raise Refused(RefusalCode.OUTSIDE_TABLE, "steam", str(error)) from None


def parse_quantity(text: object) -> Decimal:
    """Return a quantity; raises `Refused` for what is no exact number of at least zero."""
    try:
        value = decimals.parse(text)
    except decimals.NotADecimal as error:
        raise Refused(RefusalCode.NOT_A_NUMBER, "quantity", str(error)) from None
    if value < 0:
        message = f"the quantity is {decimals.plain(value)}; it must not be negative. A correction is posted as one"
        raise Refused(RefusalCode.NEGATIVE_QUANTITY, "quantity", message)
    return value


def parse_unit(text: str) -> Unit:
    """Return a unit; raises `Refused`."""
    try:
        return unit(text)
    except UnknownUnit as error:
        raise Refused(RefusalCode.UNKNOWN_UNIT, "unit", str(error)) from None


def accept_dimension(activity: ActivityType, counted_in: Unit, where: str) -> None:
    """Raise `Refused` where an activity is not counted in a unit's dimension."""
    if counted_in.dimension not in activity.dimensions:
        accepted = ", ".join(name.replace("_", " ") for name in activity.dimensions)
        message = (
            f"{activity.code} is counted by {accepted} (such as {activity.default_unit}), "
            f"and {counted_in.code} measures {counted_in.measures}"
        )
        raise Refused(RefusalCode.UNIT_NOT_ACCEPTED, where, message)


def accept_price_year(counted_in: Unit, where: str) -> None:
    """Raise `Refused` for money without the year of its prices."""
    if counted_in.dimension == "money" and "_" not in counted_in.code:
        message = f"{counted_in.code} names no price year; write {counted_in.code}_2024 for spend at prices of 2024"
        raise Refused(RefusalCode.PRICE_YEAR_MISSING, where, cited(RefusalCode.PRICE_YEAR_MISSING, message))


def refused_chain(error: BadChain, where: str) -> Refused:
    """Turn a fault of a chain into a refusal; a fraction out of range has a code of its own."""
    is_range = str(error).startswith("fraction out of range")
    return Refused(RefusalCode.FRACTION_OUT_OF_RANGE if is_range else RefusalCode.BAD_FACTOR, where, str(error))


def _lines(
    basis: Basis,
    request: EstimateRequest,
    activity: ActivityType,
    place: Place,
    counted_in: Unit,
    own: OwnFactors,
) -> tuple[list[ResolvedLine], list[Gap]]:
    if not request.factor_id and request.own_factor is None:
        return resolve(basis, activity, place, counted_in, own)
    line = _line_named(activity, request.line)
    given = with_factor(basis, line, _given(basis, request, activity, line, place, counted_in))
    resolved, gaps = resolve(basis, activity, place, counted_in, own)
    others = [found for found in resolved if found.line != line]
    return [given, *others], [gap for gap in gaps if gap.line != line]


def _line_named(activity: ActivityType, code: str) -> Line:
    for line in activity.lines:
        if code in ("", line.code):
            return line
    codes = ", ".join(line.code for line in activity.lines)
    raise Refused(RefusalCode.BAD_FACTOR, "line", f"{activity.code} has no line {code!r}; its lines are {codes}")


def _given(
    basis: Basis, request: EstimateRequest, activity: ActivityType, line: Line, place: Place, counted_in: Unit
) -> Selection:
    try:
        if request.own_factor is not None:
            return own_factors.of_caller(request.own_factor, line, place, counted_in)
        return own_factors.named(basis, request.factor_id, activity, line, place, counted_in)
    except BadChain as error:
        raise refused_chain(error, "ownFactor") from None
