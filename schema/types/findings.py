"""Findings: what somebody should look into."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

import strawberry

from accounting.management import findings
from schema.global_ids import encode
from schema.management_enums import FindingActor, FindingKind, FindingSeverity
from schema.pages import Connection, sliced
from schema.scalars import Day, ExactDecimal
from schema.types.activities import After, First
from schema.types.info import Info
from schema.types.registry import Site, Source, Tenant, present


@strawberry.type(description="A number or a text that a finding rests on.")
class FindingEvidence:
    """Evidence."""

    name: str = strawberry.field(description="What it is.")
    value: ExactDecimal | None = strawberry.field(description="The number, if it is one.")
    unit: str = strawberry.field(description="Its unit, empty for a plain number.")
    text: str = strawberry.field(description="The text, if it is one.")

    @classmethod
    def of(cls, found: findings.Evidence) -> "FindingEvidence":
        """Make the type of evidence."""
        value = None if found.value is None else ExactDecimal(found.value)
        return cls(name=found.name, value=value, unit=found.unit, text=found.text)


@strawberry.type(description="What a finding is about; what does not apply is none or empty.")
class FindingSubject:
    """A subject."""

    activity_types: list[str] = strawberry.field(description="Activity types.")
    supplier: str = strawberry.field(description="Supplier.")
    factor_id: str = strawberry.field(description="Factor.")
    carrier: str = strawberry.field(description="Energy carrier.")
    instrument_id: strawberry.ID | None = strawberry.field(description="Certificate or contract; `node` takes it.")
    declaration_id: strawberry.ID | None = strawberry.field(description="What was declared of it.")
    found: strawberry.Private[findings.Subject]

    @strawberry.field(description="The tenant.")
    async def tenant(self, info: Info) -> Tenant:
        """Load the tenant with those of the other findings."""
        return Tenant.of(present(await info.context.tenants.load(self.found.tenant)))

    @strawberry.field(description="The other tenant of a transfer.")
    async def counterparty(self, info: Info) -> Tenant | None:
        """Load the other tenant."""
        key = self.found.counterparty
        return Tenant.of(present(await info.context.tenants.load(key))) if key else None

    @strawberry.field(description="The site.")
    async def site(self, info: Info) -> Site | None:
        """Load the site with those of the other findings."""
        return Site.of(present(await info.context.sites.load(self.found.site))) if self.found.site else None

    @strawberry.field(description="The source.")
    async def source(self, info: Info) -> Source | None:
        """Load the source with those of the other findings."""
        return Source.of(present(await info.context.sources.load(self.found.source))) if self.found.source else None

    @classmethod
    def of(cls, found: findings.Subject) -> "FindingSubject":
        """Make the type of a subject."""
        return cls(
            activity_types=list(found.activity_types),
            supplier=found.supplier,
            factor_id=found.factor,
            carrier=found.carrier,
            instrument_id=strawberry.ID(encode("Instrument", found.instrument)) if found.instrument else None,
            declaration_id=strawberry.ID(encode("Declaration", found.declaration)) if found.declaration else None,
            found=found,
        )


@strawberry.type(description="Where to look: what `activities(filter:)` takes.")
class FindingPlace:
    """Arguments of a filter of activities."""

    tenant_id: strawberry.ID = strawberry.field(description="`tenantId` of the filter.")
    site_id: strawberry.ID | None = strawberry.field(description="`siteId` of the filter.")
    source_id: strawberry.ID | None = strawberry.field(description="`sourceId` of the filter.")
    activity_types: list[str] = strawberry.field(description="`activityTypes` of the filter.")
    first_day: Day = strawberry.field(description="`firstDay` of the filter.")
    last_day: Day = strawberry.field(description="`lastDay` of the filter.")

    @classmethod
    def of(cls, about: findings.Subject, first: date, last: date) -> "FindingPlace":
        """Make the type of a subject's activities."""
        return cls(
            tenant_id=strawberry.ID(encode("Tenant", about.tenant)),
            site_id=strawberry.ID(encode("Site", about.site)) if about.site else None,
            source_id=strawberry.ID(encode("Source", about.source)) if about.source else None,
            activity_types=list(about.activity_types),
            first_day=Day(first),
            last_day=Day(last),
        )


@strawberry.type(description="Something that somebody should look into. It is gone once its cause is repaired.")
class Finding:
    """A finding."""

    id: strawberry.ID = strawberry.field(description="The same whenever the finding is asked for; not for `node`.")
    kind: FindingKind = strawberry.field(description="What was found.")
    severity: FindingSeverity = strawberry.field(description="How much depends on it.")
    message: str = strawberry.field(description="What was found, in plain words.")
    evidence: list[FindingEvidence] = strawberry.field(description="The numbers it rests on.")
    since: Day = strawberry.field(description="From which day it is so.")
    who_should_act: FindingActor = strawberry.field(description="Who should act, of the subject's tenant or the park.")
    what_to_do: str = strawberry.field(description="What to do.")
    subject: FindingSubject = strawberry.field(description="What it is about.")
    where: FindingPlace | None = strawberry.field(
        description="The activities behind it; none where no activity shows it. Of months that are missing there are "
        "none yet."
    )

    @classmethod
    def of(cls, found: findings.Finding) -> "Finding":
        """Make the type of a finding."""
        return cls(
            id=strawberry.ID(encode("Finding", found.key)),
            kind=found.kind,
            severity=found.severity,
            message=found.message,
            evidence=[FindingEvidence.of(one) for one in found.evidence],
            since=Day(found.since),
            who_should_act=found.actor,
            what_to_do=found.action,
            subject=FindingSubject.of(found.subject),
            where=FindingPlace.of(found.subject, found.first, found.last) if found.first and found.last else None,
        )


@strawberry.type(description="How many findings there are of a kind.")
class FindingCount:
    """A count."""

    kind: FindingKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="Findings of it.")


@strawberry.type(description="What somebody should look into.")
class Findings:
    """Findings of a boundary."""

    on: Day = strawberry.field(description="The day on which it is judged what is due or ends.")
    counts: list[FindingCount] = strawberry.field(description="Findings by kind, of the kinds asked for.")
    found: strawberry.Private[Sequence[findings.Finding]]

    @strawberry.field(description="The findings, the severest and newest first.")
    def items(self, first: First = None, after: After = None) -> Connection[Finding]:
        """Page through the findings."""
        return sliced(self.found, first, after, Finding.of, lambda one: one.key)

    @classmethod
    def of(cls, found: Sequence[findings.Finding], kinds: Sequence[FindingKind], on: Day) -> "Findings":
        """Make the type of findings."""
        counted = Counter(one.kind for one in found)
        return cls(on=on, counts=[FindingCount(kind=kind, count=counted[kind]) for kind in kinds], found=found)
