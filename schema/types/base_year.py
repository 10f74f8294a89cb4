"""The base year of a tenant: its policy, changes, reported years, judgements and both series. Masses are kg CO2e."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry

from accounting.basis import Basis
from accounting.change import base_year_declarations as declared
from accounting.change import base_year_series as pure
from accounting.change.base_year import BadBaseYear
from emission_factors.activity_types import Method
from emission_factors.decimals import shown
from ledger.footprints.base_years import YearFigures, bridge_since, figures_of
from schema.enums import (
    BaseYearChangeKind,
    BaseYearChangeState,
    BaseYearTotal,
    ConsolidationApproach,
    GwpSet,
    Regime,
    Scope2Method,
)
from schema.errors import BadInput
from schema.scalars import Day, ExactDecimal, Instant
from schema.types.boundaries import BaseYearJudgement
from schema.types.bridges import BridgeEffects
from schema.types.info import Info

_ZERO = ExactDecimal(Decimal(0))


@strawberry.input(description="A tenant's base year, and from which threshold on it is recalculated.")
class BaseYearPolicyInput:
    """A policy."""

    year: int = strawberry.field(description="The base year.")
    total: BaseYearTotal = strawberry.field(description="The emissions that the threshold is a share of.")
    approach: ConsolidationApproach | None = strawberry.field(
        default=None,
        description="How the boundary of the base year is drawn, as in the basis it was reported on; left out for "
        "regimes that have no approaches.",
    )
    threshold_percent: ExactDecimal = strawberry.field(
        description="Percent of the total, above 0 and below 100; 5 is customary, and the most SBTi accepts."
    )
    document: str = strawberry.field(description="Document that states it; the standard prescribes none.")

    def content(self) -> declared.BaseYearPolicy:
        """Return the policy; raises `BadBaseYear`."""
        return declared.BaseYearPolicy(
            self.year, self.total, self.approach, self.threshold_percent, self.document.strip()
        )


@strawberry.input(description="What the figures of a year would be more by, in kg CO2e, or less, below 0.")
class YearDeltaInput:
    """A delta."""

    year: int = strawberry.field(description="A year that was reported.")
    scope_1: ExactDecimal = strawberry.field(name="scope1", default=_ZERO, description="Scope 1.")
    scope_2_location: ExactDecimal = strawberry.field(
        name="scope2Location", default=_ZERO, description="Scope 2, location-based."
    )
    scope_2_market: ExactDecimal = strawberry.field(
        name="scope2Market", default=_ZERO, description="Scope 2, market-based."
    )
    scope_3: ExactDecimal = strawberry.field(name="scope3", default=_ZERO, description="Scope 3.")

    def delta(self) -> declared.YearDelta:
        """Return the delta."""
        masses = declared.ScopeMasses(self.scope_1, self.scope_2_location, self.scope_2_market, self.scope_3)
        return declared.YearDelta(self.year, masses)


@strawberry.input(description="A change of structure, method or an error found, with what it does to reported years.")
class ReportedYearsChangeInput:
    """A change."""

    code: str = strawberry.field(
        description="The tenant's own name of the change; declared again it is the next version."
    )
    kind: BaseYearChangeKind = strawberry.field(description="Kind; some count and some never do.")
    effective_on: Day = strawberry.field(description="When it took effect; changes are judged in this order.")
    reason: str = strawberry.field(description="What happened.")
    document: str = strawberry.field(default="", description="What shows it.")
    deltas: list[YearDeltaInput] = strawberry.field(description="What it does to which years, each once.")

    def content(self) -> declared.BaseYearChange:
        """Return the change; raises `BadBaseYear`."""
        return declared.BaseYearChange(
            code=self.code.strip(),
            change=self.kind,
            effective=self.effective_on,
            reason=self.reason.strip(),
            document=self.document.strip(),
            deltas=tuple(one.delta() for one in self.deltas),
        )


@strawberry.type(description="kg CO2e by scope; none where the regime does not report the scope.")
class ScopeMasses:
    """Masses."""

    scope_1: ExactDecimal = strawberry.field(name="scope1", description="Scope 1.")
    scope_2_location: ExactDecimal = strawberry.field(name="scope2Location", description="Scope 2, location-based.")
    scope_2_market: ExactDecimal | None = strawberry.field(name="scope2Market", description="Scope 2, market-based.")
    scope_3: ExactDecimal | None = strawberry.field(name="scope3", description="Scope 3.")
    found: strawberry.Private[declared.ScopeMasses]

    @strawberry.field(description="A total; none where a part of it is not reported.")
    def total(
        self, of: Annotated[BaseYearTotal, strawberry.argument(description="Which total.")]
    ) -> ExactDecimal | None:
        """Return a total."""
        return _optional(self.found.total(of))

    @classmethod
    def of(cls, found: declared.ScopeMasses) -> "ScopeMasses":
        """Make the type of masses."""
        return cls(
            scope_1=ExactDecimal(shown(found.scope_1)),
            scope_2_location=ExactDecimal(shown(found.scope_2_location)),
            scope_2_market=_optional(found.scope_2_market),
            scope_3=_optional(found.scope_3),
            found=found,
        )


@strawberry.type(description="A tenant's base year, and from which threshold on it is recalculated.")
class BaseYearPolicy:
    """A policy."""

    year: int = strawberry.field(description="The base year.")
    total: BaseYearTotal = strawberry.field(description="The emissions that the threshold is a share of.")
    approach: ConsolidationApproach | None = strawberry.field(description="How the boundary is drawn; none without.")
    threshold_percent: ExactDecimal = strawberry.field(description="The threshold; reaching it triggers.")
    document: str = strawberry.field(description="Document that states it.")

    @classmethod
    def of(cls, found: declared.BaseYearPolicy) -> "BaseYearPolicy":
        """Make the type of a policy."""
        return cls(
            year=found.year,
            total=found.total,
            approach=found.approach,
            threshold_percent=ExactDecimal(found.threshold_percent),
            document=found.document,
        )


@strawberry.type(description="What the figures of a year would be more by.")
class YearDelta:
    """A delta."""

    year: int = strawberry.field(description="The year.")
    delta: ScopeMasses = strawberry.field(description="By scope, below 0 for less.")


@strawberry.type(description="A change of structure, method or an error found, with what it does to reported years.")
class ReportedYearsChange:
    """A change."""

    code: str = strawberry.field(description="The tenant's own name of it.")
    kind: BaseYearChangeKind = strawberry.field(description="Kind.")
    effective_on: Day = strawberry.field(description="When it took effect.")
    reason: str = strawberry.field(description="What happened.")
    document: str = strawberry.field(description="What shows it.")
    deltas: list[YearDelta] = strawberry.field(description="What it does to which years.")

    @classmethod
    def of(cls, found: declared.BaseYearChange) -> "ReportedYearsChange":
        """Make the type of a change."""
        return cls(
            code=found.code,
            kind=found.change,
            effective_on=Day(found.effective),
            reason=found.reason,
            document=found.document,
            deltas=[YearDelta(year=one.year, delta=ScopeMasses.of(one.masses)) for one in found.deltas],
        )


@strawberry.type(description="The basis that a year was reported on, as it was recorded.")
class RecordedBasis:
    """A recorded basis."""

    regime: Regime = strawberry.field(description="Accounting regime.")
    gwp_set: GwpSet = strawberry.field(description="GWP table.")
    release: int = strawberry.field(description="Number of the factor release.")
    content_hash: str = strawberry.field(description="Hash of the release's content.")
    approach: ConsolidationApproach | None = strawberry.field(description="Consolidation approach; none without.")
    proxy_regions: list[str] = strawberry.field(description="Regions that may stand in, in order.")
    published_by: Day | None = strawberry.field(description="Only factors published by this day were used.")
    electricity_kgce_per_kwh: ExactDecimal | None = strawberry.field(
        description="Equivalent value of electricity in kgce per kWh, where stated."
    )
    known_at: Instant = strawberry.field(description="The instant whose knowledge the figures hold.")

    @classmethod
    def of(cls, found: declared.RecordedBasis) -> "RecordedBasis":
        """Make the type of a basis."""
        return cls(
            regime=found.regime,
            gwp_set=found.gwp_set,
            release=found.release,
            content_hash=found.content_hash,
            approach=found.approach,
            proxy_regions=list(found.proxies),
            published_by=Day(found.published_by) if found.published_by else None,
            electricity_kgce_per_kwh=_as_stated(found.electricity_kgce_per_kwh),
            known_at=Instant(found.known_at),
        )


@strawberry.type(description="A calendar year as it was first reported; it never changes.")
class ReportedYear:
    """A reported year."""

    year: int = strawberry.field(description="The year.")
    figures: ScopeMasses = strawberry.field(description="Its figures.")
    basis: RecordedBasis = strawberry.field(description="The basis they were computed on.")
    gap_count: int = strawberry.field(description="Lines that had no factor: missing from the figures, not zero.")

    @classmethod
    def of(cls, found: declared.ReportedYear) -> "ReportedYear":
        """Make the type of a year."""
        return cls(
            year=found.year,
            figures=ScopeMasses.of(found.masses),
            basis=RecordedBasis.of(found.basis),
            gap_count=found.gap_count,
        )


@strawberry.type(description="The changes up to a day since the last recalculation, judged together.")
class DatedJudgement:
    """A judgement."""

    day: Day = strawberry.field(description="The day the newest of them took effect.")
    judgement: BaseYearJudgement = strawberry.field(
        description="The judgement, in kg CO2e; what does not trigger waits for the next."
    )


@strawberry.type(description="What a change does to one year, and what became of it.")
class YearChange:
    """A change of a year."""

    change: ReportedYearsChange = strawberry.field(description="The change.")
    state: BaseYearChangeState = strawberry.field(description="What became of it.")
    delta: ScopeMasses = strawberry.field(description="What it does to this year.")


@strawberry.type(description="A reported year computed anew: today's ledger on the recorded basis.")
class RecomputedYear:
    """A year computed anew."""

    figures: ScopeMasses = strawberry.field(description="The figures of today.")
    difference: ScopeMasses = strawberry.field(description="Figures of today less those first reported.")
    gap_count: int = strawberry.field(description="Lines that have no factor today.")
    first: strawberry.Private[declared.ReportedYear]
    basis: strawberry.Private[Basis]
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(
        description="What the difference of scopes 1 to 3 comes from, on one basis: from the ledger as it was known "
        "when the year was reported, to that of today."
    )
    async def effects(
        self,
        info: Info,
        scope2_method: Annotated[
            Scope2Method, strawberry.argument(description="Which scope 2 total counts.")
        ] = Method.LOCATION,
    ) -> BridgeEffects:
        """Bridge the two."""
        async with info.context.read() as connection:
            found = await bridge_since(connection, self.first, self.basis, self.tenant_key, scope2_method)
        return BridgeEffects(found=found.effects)

    @classmethod
    def of(cls, found: YearFigures, first: declared.ReportedYear, basis: Basis, tenant: UUID) -> "RecomputedYear":
        """Make the type of figures."""
        return cls(
            figures=ScopeMasses.of(found.masses),
            difference=ScopeMasses.of(found.masses.less(first.masses)),
            gap_count=found.gap_count,
            first=first,
            basis=basis,
            tenant_key=tenant,
        )


@strawberry.type(description="Both series in one year, the changes between them, and the year computed anew.")
class YearSeries:
    """A year of both series."""

    year: int = strawberry.field(description="The year.")
    as_first_reported: ScopeMasses = strawberry.field(description="As first reported.")
    restated: ScopeMasses = strawberry.field(
        description="As first reported, and the deltas of changes that a recalculation took in."
    )
    changes: list[YearChange] = strawberry.field(description="Changes that name the year, by effective day.")
    gap_count: int = strawberry.field(description="Lines that had no factor when it was reported.")
    basis: RecordedBasis = strawberry.field(description="The basis it was reported on.")
    reported: strawberry.Private[declared.ReportedYear]
    tenant_key: strawberry.Private[UUID]

    @strawberry.field(
        description="Today's ledger on the recorded basis: what corrections, late rows, factors of the tenant, "
        "instruments and declarations recorded since would make of it. Computed when asked for."
    )
    async def recomputed(self, info: Info) -> RecomputedYear:
        """Compute the year anew."""
        known = await info.context.catalogue(self.reported.basis.release)
        try:
            basis = self.reported.basis.today(known)
        except BadBaseYear as error:
            raise BadInput(str(error)) from None
        async with info.context.read() as connection:
            found = await figures_of(connection, basis, self.tenant_key, self.year)
        return RecomputedYear.of(found, self.reported, basis, self.tenant_key)

    @classmethod
    def of(cls, found: pure.YearSeries, tenant: UUID) -> "YearSeries":
        """Make the type of a year."""
        year = found.reported.year
        changes = [(change, state, change.of_year(year)) for change, state in found.changes]
        return cls(
            year=year,
            as_first_reported=ScopeMasses.of(found.reported.masses),
            restated=ScopeMasses.of(found.restated),
            changes=[
                YearChange(change=ReportedYearsChange.of(change), state=state, delta=ScopeMasses.of(delta))
                for change, state, delta in changes
                if delta
            ],
            gap_count=found.reported.gap_count,
            basis=RecordedBasis.of(found.reported.basis),
            reported=found.reported,
            tenant_key=tenant,
        )


@strawberry.type(description="A tenant's base year: its policy, whether changes recalculate it, and both series.")
class BaseYear:
    """A base year."""

    policy: BaseYearPolicy | None = strawberry.field(description="The policy; none if none is declared.")
    judgements: list[DatedJudgement] = strawberry.field(
        description="One for each day on which changes took effect; none before the base year is reported."
    )
    series: list[YearSeries] = strawberry.field(description="Every reported year, in order.")

    @classmethod
    def of(cls, found: pure.BaseYearSeries, tenant: UUID) -> "BaseYear":
        """Make the type of both series."""
        policy = found.policy
        judgements = [
            DatedJudgement(day=Day(one.day), judgement=BaseYearJudgement.of(one.found, policy.threshold))
            for one in (found.judgements if policy else ())
            if policy
        ]
        return cls(
            policy=BaseYearPolicy.of(policy) if policy else None,
            judgements=judgements,
            series=[YearSeries.of(year, tenant) for year in found.years],
        )


def _as_stated(value: Decimal | None) -> ExactDecimal | None:
    return None if value is None else ExactDecimal(value)


def _optional(kilograms: Decimal | None) -> ExactDecimal | None:
    return None if kilograms is None else ExactDecimal(shown(kilograms))
