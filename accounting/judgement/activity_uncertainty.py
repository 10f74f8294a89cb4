"""How uncertain quantities and factors are, as a tenant declares it; the most specific declaration is what applies.

A declaration is for an activity type, or for a factor by its id. It states half the 95 % interval in percent, GSD², or
data quality scores that make a GSD². What nobody declared is unknown, and is never taken as exact.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID

from accounting.declarations import DeclarationKind
from accounting.judgement.data_quality import IndicatorScores
from accounting.judgement.pedigree import FactorSet, PedigreeUncertainty, pedigree_uncertainty
from accounting.judgement.uncertainty import BadUncertainty, UncertaintyForm, gsd2_of_product, percent_of_product
from emission_factors import decimals
from emission_factors.activity_types import UnknownActivityType, activity_type, all_activity_types
from emission_factors.factors import Factor

EVERY_TYPE: Final = "*"
"""Stands for all activity types in a declaration."""
PREFIX_ENDS: Final = (".", "/")
"""What a text that stands for all activity types beginning with it ends with, such as `electricity.`."""
LONGEST: Final = 200
"""Characters an activity type or a factor id may have."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An uncertainty in one of its forms."""

    form: UncertaintyForm
    value: Decimal

    def in_form(self, form: UncertaintyForm) -> Decimal:
        """Return it in a form, by GSD² = 1 + U/100.

        A convention of ours: the upper ends of the two intervals are the same. The lower ones are not: 30 % reaches
        down to 70 % of the mean, a GSD² of 1.3 to 77 % of the median.

        >>> Spread(UncertaintyForm.PERCENT, Decimal(30)).in_form(UncertaintyForm.GSD2)
        Decimal('1.3')
        """
        if form is self.form:
            return self.value
        if form is UncertaintyForm.GSD2:
            return decimals.EXACT.add(Decimal(1), self.value.scaleb(-2, decimals.EXACT)).normalize(decimals.EXACT)
        return decimals.EXACT.subtract(self.value, Decimal(1)).scaleb(2, decimals.EXACT).normalize(decimals.EXACT)


@dataclass(frozen=True, slots=True)
class Scored:
    """Data quality scores, the publication that gives each a factor, and the basic uncertainty if one is counted."""

    scores: IndicatorScores
    factor_set: FactorSet
    basic: Decimal | None

    @property
    def uncertainty(self) -> PedigreeUncertainty:
        """The GSD² of the scores; raises `BadScore`, `BadUncertainty`."""
        return pedigree_uncertainty(self.scores, self.factor_set, self.basic)


@dataclass(frozen=True, slots=True)
class DeclaredUncertainty:
    """What a tenant declares of its quantities of an `activity_type` (a code, what codes begin with, or all), of one
    `quality` and `site` where those are named; or of the factor with an id.

    Exactly one of `percent` (half the 95 % interval), `gsd2` and `scored` is given, and a `document` says where it
    comes from. Raises `BadUncertainty`, or `pedigree.BadScore`.
    """

    kind: ClassVar[DeclarationKind] = DeclarationKind.UNCERTAINTY

    activity_type: str
    factor_id: str
    quality: str
    site: UUID | None
    percent: Decimal | None
    gsd2: Decimal | None
    scored: Scored | None
    document: str

    def __post_init__(self) -> None:
        _check_subject(self)
        _check_spread(self)
        if not self.document.strip():
            raise BadUncertainty(f"{self.subject} names no document; an uncertainty needs the source it comes from")

    @property
    def subject(self) -> str:
        """The factor, or the activity type with the quality and the site."""
        if self.factor_id:
            return f"factor:{self.factor_id}"
        return f"{self.activity_type} {self.quality or '*'} {self.site or '*'}"

    @property
    def spread(self) -> Spread:
        """The uncertainty declared."""
        if self.percent is not None:
            return Spread(UncertaintyForm.PERCENT, self.percent)
        if self.gsd2 is not None:
            return Spread(UncertaintyForm.GSD2, self.gsd2)
        assert self.scored is not None  # noqa: S101  one of the three is given
        return Spread(UncertaintyForm.GSD2, self.scored.uncertainty.gsd2)

    def covers(self, code: str, quality: str, site: UUID | None) -> bool:
        """Whether it is about the quantities of an activity type, quality and site."""
        return (
            not self.factor_id
            and (self.activity_type in (EVERY_TYPE, code) or (self._is_prefix and code.startswith(self.activity_type)))
            and self.quality in ("", quality)
            and self.site in (None, site)
        )

    @property
    def rank(self) -> tuple[bool, int, bool]:
        """How specific it is: a site goes first, then the longer type, then a quality. No two that cover one quantity
        have the same, as their subjects would be.
        """
        length = 0 if self.activity_type == EVERY_TYPE else len(self.activity_type)
        return self.site is not None, length, bool(self.quality)

    @property
    def _is_prefix(self) -> bool:
        return self.activity_type.endswith(PREFIX_ENDS)


class Uncertainties:
    """What tenants declared, to be looked up."""

    def __init__(self, declared: Mapping[UUID, Sequence[DeclaredUncertainty]]) -> None:
        self._declared = declared
        self._found: dict[tuple[UUID, UUID | None, str, str], DeclaredUncertainty | None] = {}
        self._factors = {(tenant, one.factor_id): one for tenant, those in declared.items() for one in those}

    def of_quantity(self, tenant: UUID, site: UUID | None, code: str, quality: str) -> DeclaredUncertainty | None:
        """Return the most specific declaration of a tenant for its quantities; None where there is none."""
        key = (tenant, site, code, quality)
        if key not in self._found:
            covering = [one for one in self._declared.get(tenant, ()) if one.covers(code, quality, site)]
            self._found[key] = max(covering, key=lambda one: one.rank, default=None)
        return self._found[key]

    def of_factor(self, tenant: UUID, factor_id: str) -> DeclaredUncertainty | None:
        """Return what a tenant declared of a factor."""
        return self._factors.get((tenant, factor_id))


def published(factor: Factor) -> Spread | None:
    """Return the uncertainty published with a factor, in percent; None where the publisher states none.

    Of an asymmetric one the larger side counts (2006 IPCC Guidelines, volume 1, chapter 3, approach 1, notes on the
    columns of table 3.2). Publishers' percentages are taken as halves of 95 % intervals, as ADEME's are.
    """
    sides = [abs(side) for side in (factor.uncertainty_low, factor.uncertainty_high) if side is not None]
    return Spread(UncertaintyForm.PERCENT, max(sides)) if sides else None


def check_activity_type(text: str) -> None:
    """Raise `BadUncertainty` for a text that stands for no activity type of the catalogue."""
    if text == EVERY_TYPE:
        return
    if text.endswith(PREFIX_ENDS):
        codes = [f"{one.code}/" if one.qualifier_kind else one.code for one in all_activity_types()]
        if not any(code.startswith(text) for code in codes):
            raise BadUncertainty(f"no activity type begins with {text!r}; write such as electricity. or {EVERY_TYPE}")
        return
    try:
        activity_type(text)
    except UnknownActivityType as error:
        raise BadUncertainty(
            f"{error}; or write what codes begin with, such as electricity., or {EVERY_TYPE}"
        ) from None


def _check_subject(one: DeclaredUncertainty) -> None:
    if bool(one.activity_type) == bool(one.factor_id):
        given = f"{one.activity_type!r} and {one.factor_id!r}" if one.factor_id else "neither"
        raise BadUncertainty(f"{given} is given; accepted is an activity type or a factor id, one of the two")
    if len(one.activity_type) > LONGEST or len(one.factor_id) > LONGEST:
        raise BadUncertainty(f"{one.subject[:40]!r}... is too long; accepted are {LONGEST} characters")
    if one.factor_id and (one.quality or one.site):
        raise BadUncertainty(f"{one.subject} is given with a quality or site; those divide quantities, not factors")


def _check_spread(one: DeclaredUncertainty) -> None:
    given = [value for value in (one.percent, one.gsd2, one.scored) if value is not None]
    if len(given) != 1:
        raise BadUncertainty(
            f"{one.subject} states {len(given)} uncertainties; accepted is percent, GSD² or scores, one"
        )
    if one.percent is not None:
        percent_of_product([one.percent])
    elif one.gsd2 is not None:
        gsd2_of_product([one.gsd2])
    else:
        one.spread  # noqa: B018  scores that cannot be are refused when they are given
