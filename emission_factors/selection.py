"""Which factor a line takes, and why each other candidate lost. Pure; the server's only way to a factor.

Every factor of the line's kind is a candidate. It first has to be admissible (region on the ladder, purpose, calibre,
year, unit); the admissible ones are ranked

    supplier-specific, tenant's own, published; nearest region; newest data year not after the activity's; directest

and one winner must remain. None is `NoFactor`, several equally good ones are `FactorConflict`; there is no fallback
that the explanation does not show.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final

from emission_factors import regions
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor, GasBasis, Origin, Purpose, Status
from emission_factors.properties import Conversion, NotConvertible, Property, convert
from emission_factors.units import Unit, unit

REGION_BOUND: Final = ("electricity.", "steam.", "heat.", "cooling.", "compressed_air.")
"""Kinds that belong to one grid or supplier: another country's figure is never a proxy for them. Nor is it for the bio
part of a fuel, which is what was blended in where the fuel was sold."""

METRIC: Final = frozenset(
    {"kg", "t", "kWh", "MWh", "GJ", "TJ", "L", "m3", "Nm3", "10^4Nm3", "km", "t.km", "passenger.km", "m2"}
)
"""Where a publisher prints one figure per kilometre and per mile, the metric one is the more direct."""


class Reason(StrEnum):
    """Why a candidate lost."""

    QUARANTINED = "QUARANTINED"
    """It failed a loading check."""
    OTHER_REGION = "OTHER_REGION"
    """It is for a region that does not contain the site, and that the basis does not name as proxy."""
    OTHER_PURPOSE = "OTHER_PURPOSE"
    """It is published for another purpose, such as product footprints."""
    OTHER_CALIBRE = "OTHER_CALIBRE"
    """The regime asks for another kind of electricity average."""
    OTHER_SECTOR = "OTHER_SECTOR"
    """It is for one industry only."""
    OTHER_SUPPLIER = "OTHER_SUPPLIER"
    """It is another supplier's figure."""
    NOT_YET_PUBLISHED = "NOT_YET_PUBLISHED"
    """It was published after the date the basis names."""
    LATER_YEAR = "LATER_YEAR"
    """Its data year is after the activity."""
    EXPIRED = "EXPIRED"
    """Its validity ended before the activity, or it is older than its data set may be carried forward."""
    NOT_YET_VALID = "NOT_YET_VALID"
    """Its validity begins after the activity."""
    UNIT = "UNIT"
    """The quantity's unit does not convert into the factor's, for want of a property."""
    GASES = "GASES"
    """It does not give the gases asked for."""
    FARTHER_REGION = "FARTHER_REGION"
    """Admissible, but a nearer region has one."""
    OLDER_YEAR = "OLDER_YEAR"
    """Admissible, but a newer data year is there."""
    LESS_SPECIFIC = "LESS_SPECIFIC"
    """Admissible, but a supplier's or the tenant's own figure goes first."""
    LESS_DIRECT_UNIT = "LESS_DIRECT_UNIT"
    """Admissible, but another needs fewer conversions."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. `year` is the year the activity mostly lies in, `day` its first day; `proxies` are regions
    the basis allows to stand in, in order; `only_gases` restricts to factors that give these gases by mass.
    """

    kind: str
    region: str
    day: date
    year: int
    unit: Unit
    substance: str = ""
    supplier: str = ""
    purpose: Purpose = Purpose.CORPORATE
    calibres: tuple[str, ...] = ()
    sector: str = ""
    proxies: tuple[str, ...] = ()
    published_by: date | None = None
    only_gases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One candidate that lost, and why, in words that name both sides."""

    factor: Factor
    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The winner, how the quantity's unit converts to its unit, why it won, and the candidates that lost."""

    wanted: Wanted
    factor: Factor
    conversion: Conversion
    rule: str
    lost: tuple[Verdict, ...]
    is_proxy: bool


class SelectionError(Exception):
    """No single factor can be named; `verdicts` says what became of each candidate."""

    def __init__(
        self, message: str, wanted: Wanted, verdicts: Sequence[Verdict], factors: Sequence[Factor] = ()
    ) -> None:
        super().__init__(message)
        self.wanted = wanted
        self.verdicts = tuple(verdicts)
        self.factors = tuple(factors)


class NoFactor(SelectionError):
    """No candidate is admissible; the message names what was looked for and the nearest miss."""


class FactorConflict(SelectionError):
    """Two or more candidates are equally good; the message names them."""


@dataclass(frozen=True, slots=True)
class _Admitted:
    factor: Factor
    conversion: Conversion
    rank: tuple[int, int, int, int]


def select(catalogue: Catalogue, wanted: Wanted, own: Iterable[Factor] = ()) -> Selection:
    """Return the one factor for what is wanted, with the explanation.

    `own` are the tenant's supplier and custom factors for this very line. Raises `NoFactor` or `FactorConflict`.
    """
    ladder = _ladder(wanted)
    admitted: list[_Admitted] = []
    lost: list[Verdict] = []
    for factor in (*own, *catalogue.of_kind(wanted.kind)):
        verdict = _inadmissible(factor, wanted, ladder)
        if verdict is None:
            try:
                admitted.append(_rank(catalogue, factor, wanted, ladder))
                continue
            except NotConvertible as error:
                verdict = Verdict(factor, Reason.UNIT, str(error))
        lost.append(verdict)
    if not admitted:
        raise NoFactor(_nothing(wanted, lost), wanted, lost)
    return _winner(wanted, admitted, lost)


def usable_properties(
    catalogue: Catalogue, substance: str, ladder: Sequence[str], year: int, first_dataset: str
) -> list[Property]:
    """Return a substance's properties that may be used at a place and time, best first: the factor's own data set, then
    the nearest region, then the newest year.
    """
    usable = [
        item for item in catalogue.properties.get(substance, ()) if item.region in ladder and item.value_high is None
    ]
    return sorted(
        usable,
        key=lambda item: (item.dataset_id != first_dataset, ladder.index(item.region), abs(item.data_year - year)),
    )


def is_region_bound(kind: str) -> bool:
    """Whether another country's factor can never stand in for the kind."""
    return kind.startswith(REGION_BOUND) or kind.endswith(".biogenic")


def _ladder(wanted: Wanted) -> tuple[str, ...]:
    proxies = () if is_region_bound(wanted.kind) else wanted.proxies
    return tuple(dict.fromkeys((*regions.ladder(wanted.region), *proxies)))


def _inadmissible(factor: Factor, wanted: Wanted, ladder: tuple[str, ...]) -> Verdict | None:
    """Return the first reason against a candidate, as a list of guards in the order a reader would check them."""
    if factor.status is Status.QUARANTINED:
        return Verdict(factor, Reason.QUARANTINED, factor.note)
    if factor.origin is Origin.SUPPLIER and factor.supplier != wanted.supplier:
        return Verdict(
            factor, Reason.OTHER_SUPPLIER, f"of {factor.supplier}, wanted {wanted.supplier or 'no supplier'}"
        )
    if factor.origin is Origin.CATALOGUE and factor.region not in ladder:
        return Verdict(factor, Reason.OTHER_REGION, f"for {factor.region}, the ladder is {' > '.join(ladder)}")
    if wanted.purpose not in factor.purposes:
        return Verdict(factor, Reason.OTHER_PURPOSE, f"for {', '.join(sorted(factor.purposes))}, not {wanted.purpose}")
    if factor.calibre and wanted.calibres and factor.calibre not in wanted.calibres:
        return Verdict(factor, Reason.OTHER_CALIBRE, f"{factor.calibre}, the regime takes {', '.join(wanted.calibres)}")
    if factor.sector and factor.sector != wanted.sector:
        return Verdict(factor, Reason.OTHER_SECTOR, f"for {factor.sector} only")
    if wanted.only_gases and not _gives(factor, wanted.only_gases):
        return Verdict(factor, Reason.GASES, f"does not give {', '.join(wanted.only_gases)}")
    return _out_of_time(factor, wanted)


def _gives(factor: Factor, wanted: tuple[str, ...]) -> bool:
    families = {name.split("_")[0] for name, _ in factor.gases}
    return factor.basis is GasBasis.GAS_MASSES and all(name in families for name in wanted)


def _out_of_time(factor: Factor, wanted: Wanted) -> Verdict | None:
    carried = factor.dataset.carry_years
    if wanted.published_by and factor.dataset.published_on > wanted.published_by:
        return Verdict(
            factor, Reason.NOT_YET_PUBLISHED, f"published {factor.dataset.published_on}, after {wanted.published_by}"
        )
    if factor.data_year > wanted.year:
        return Verdict(factor, Reason.LATER_YEAR, f"data year {factor.data_year}, the activity is of {wanted.year}")
    day = max(wanted.day, date(wanted.year, 1, 1))  # a period that began in December is of the year it mostly lies in
    if factor.valid_from > day:
        return Verdict(factor, Reason.NOT_YET_VALID, f"valid from {factor.valid_from}")
    if factor.valid_to and factor.valid_to < day:
        return Verdict(factor, Reason.EXPIRED, f"valid to {factor.valid_to}")
    if carried is not None and wanted.year - factor.data_year > carried:
        detail = f"data year {factor.data_year} may stand in for {carried} later years, {wanted.year} is beyond"
        return Verdict(factor, Reason.EXPIRED, detail)
    return None


def _rank(catalogue: Catalogue, factor: Factor, wanted: Wanted, ladder: tuple[str, ...]) -> _Admitted:
    """Place an admissible candidate; raises `NotConvertible`."""
    conversion = _conversion(
        catalogue,
        wanted.substance,
        ladder,
        wanted.year,
        factor.dataset.dataset_id,
        wanted.unit.code,
        factor.unit,
    )
    if isinstance(conversion, str):
        raise NotConvertible(conversion)
    origin = (Origin.SUPPLIER, Origin.CUSTOM, Origin.CATALOGUE).index(factor.origin)
    place = ladder.index(factor.region) if factor.region in ladder else 0
    return _Admitted(factor, conversion, (origin, place, -factor.data_year, _indirectness(factor, conversion)))


@lru_cache(maxsize=65536)
def _conversion(
    catalogue: Catalogue, substance: str, ladder: tuple[str, ...], year: int, dataset_id: str, source: str, target: str
) -> Conversion | str:
    """Return the conversion between two units, or the message why there is none; asked for by many candidates."""
    try:
        known = usable_properties(catalogue, substance, ladder, year, dataset_id)
        return convert(unit(source), unit(target), known, substance)
    except NotConvertible as error:
        return str(error)


def _indirectness(factor: Factor, conversion: Conversion) -> int:
    """Rank units without looking at the one posted: the ledger keeps base units, and an estimate in miles must give
    what the footprint of the same miles gives.
    """
    if conversion.properties_used == 0:
        return 0 if factor.unit in METRIC else 1
    return conversion.properties_used * 2 + (factor.unit not in METRIC)


def _winner(wanted: Wanted, admitted: list[_Admitted], lost: list[Verdict]) -> Selection:
    ordered = sorted(admitted, key=lambda candidate: candidate.rank)
    best = ordered[0]
    equals = [candidate.factor for candidate in ordered if candidate.rank == best.rank]
    if len(equals) > 1:
        names = " and ".join(f"{factor.factor_id} ({factor.name_en}, {factor.unit})" for factor in equals)
        raise FactorConflict(
            f"equally good factors for {_looked_for(wanted)}: {names}. Name the one you mean by its id",
            wanted,
            lost,
            equals,
        )
    beaten = [_beaten(candidate, best) for candidate in ordered[1:]]
    is_proxy = best.factor.origin is Origin.CATALOGUE and best.factor.region not in regions.ladder(wanted.region)
    return Selection(wanted, best.factor, best.conversion, _rule(best, wanted, is_proxy), (*beaten, *lost), is_proxy)


def _beaten(candidate: _Admitted, best: _Admitted) -> Verdict:
    reasons = (Reason.LESS_SPECIFIC, Reason.FARTHER_REGION, Reason.OLDER_YEAR, Reason.LESS_DIRECT_UNIT)
    first = next(index for index, pair in enumerate(zip(candidate.rank, best.rank, strict=True)) if pair[0] != pair[1])
    mine, other = candidate.factor, best.factor
    details = (
        f"{mine.origin.lower()}, the winner is {other.origin.lower()}",
        f"for {mine.region}, the winner is for {other.region}",
        f"data year {mine.data_year}, the winner's is {other.data_year}",
        f"per {mine.unit}, the winner is per {other.unit}",
    )
    return Verdict(mine, reasons[first], details[first])


def _rule(best: _Admitted, wanted: Wanted, is_proxy: bool) -> str:
    factor = best.factor
    who = {Origin.SUPPLIER: f"supplier-specific ({factor.supplier})", Origin.CUSTOM: "the tenant's own"}
    source = who.get(
        factor.origin, f"published for {factor.region}" + (", a proxy region of the basis" if is_proxy else "")
    )
    exact = (
        "year exact"
        if factor.data_year == wanted.year
        else f"nearest earlier data year {factor.data_year} for {wanted.year}"
    )
    return f"{source}; {exact}"


def _looked_for(wanted: Wanted) -> str:
    return f"{wanted.kind} in {wanted.region}, {wanted.year}, per {wanted.unit.code}, for {wanted.purpose.lower()} use"


def _nothing(wanted: Wanted, lost: Sequence[Verdict]) -> str:
    message = f"no factor for {_looked_for(wanted)}"
    if not lost:
        return f"{message}: the release holds none of this kind for any region or year"
    near = min(lost, key=lambda verdict: _NEARNESS.index(verdict.reason))
    hint = ""
    if near.reason is Reason.OTHER_REGION and not is_region_bound(wanted.kind):
        hint = f". To let it stand in, name {near.factor.region} in proxyRegions of the basis"
    return f"{message}; nearest is {near.factor.factor_id}: {near.detail}{hint}"


_NEARNESS: Final = (
    Reason.UNIT,
    Reason.EXPIRED,
    Reason.LATER_YEAR,
    Reason.NOT_YET_PUBLISHED,
    Reason.NOT_YET_VALID,
    Reason.OTHER_CALIBRE,
    Reason.OTHER_REGION,
    Reason.OTHER_PURPOSE,
    Reason.GASES,
    Reason.OTHER_SECTOR,
    Reason.OTHER_SUPPLIER,
    Reason.QUARANTINED,
)
