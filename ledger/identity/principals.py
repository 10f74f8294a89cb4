"""Principals: who asks, in which role, with which rights.

Rights say which kinds of operation a caller may begin; `Access` says whose data it meets there. A role is the most that
a key or a claim in that role may have, so that a mistake in one of them stays small.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.access import EVERYTHING, NOTHING, Access

NO_TENANT_ID: Final = UUID(int=0)
"""Stands where a key is of the whole service, not of a tenant."""


class Role(StrEnum):
    """What a caller is to the park."""

    PLATFORM = "PLATFORM"
    """Administers the service: registers parks, reaches everything."""
    PARK_OPERATOR = "PARK_OPERATOR"
    """Runs a park: registers its tenants, reads all of their ledgers, writes its own company's."""
    TENANT_ADMINISTRATOR = "TENANT_ADMINISTRATOR"
    """Administers one company: its registry, ledger, declarations and keys."""
    CONTRIBUTOR = "CONTRIBUTOR"
    """A system that posts data of one company, or of some of its sites."""
    REVIEWER = "REVIEWER"
    """Reads one company's ledger to review it."""
    REGULATOR = "REGULATOR"
    """Reads what is published to it and acknowledges or returns it, for a limited time; of whom it is named for the
    registry alone.
    """
    AUDITOR = "AUDITOR"
    """Reads all of one company, its keys and declarations included."""
    SERVICE = "SERVICE"
    """The process itself: its daily work and its workers. No caller has this role."""


class Right(StrEnum):
    """A kind of operation that a caller may begin."""

    PARK_WRITE = "park:write"
    """Register parks."""
    TENANT_WRITE = "tenant:write"
    """Register tenants of a park."""
    REGISTRY_READ = "registry:read"
    """Read parks, tenants, sites and sources."""
    REGISTRY_WRITE = "registry:write"
    """Add sites, sources and series."""
    ACTIVITY_READ = "activity:read"
    """Read activities, readings, instruments, declarations, and all that is computed from them."""
    ACTIVITY_WRITE = "activity:write"
    """Post, correct and void activities and readings, and read what became of them."""
    DECLARATION_WRITE = "declaration:write"
    """Declare, and record instruments and suppliers' factors."""
    REPORT_READ = "report:read"
    """Read published reports."""
    REPORT_RECEIVE = "report:receive"
    """Acknowledge and return reports that are published to the caller; the only writing that a regulator may do."""
    REPORT_PUBLISH = "report:publish"
    """Publish reports."""
    PERIOD_WRITE = "period:write"
    """Submit, close and reopen reporting periods, comment on them and add evidence; which of it, the role says."""
    PERIOD_REVIEW = "period:review"
    """Review reporting periods, comment on them and add evidence."""
    WEBHOOK_WRITE = "webhook:write"
    """Add, change and remove targets of webhooks, and see what was delivered to them."""
    KEY_READ = "key:read"
    """List keys and claims."""
    KEY_WRITE = "key:write"
    """Create, rotate and revoke keys and claims."""


_READS: Final = frozenset({Right.REGISTRY_READ, Right.ACTIVITY_READ, Right.REPORT_READ})
_ADMINISTERS: Final = frozenset(Right) - {Right.PARK_WRITE, Right.TENANT_WRITE, Right.REPORT_RECEIVE}
RIGHTS: Final = {
    Role.PLATFORM: frozenset(Right),
    Role.PARK_OPERATOR: _ADMINISTERS | {Right.TENANT_WRITE},
    Role.TENANT_ADMINISTRATOR: _ADMINISTERS,
    Role.CONTRIBUTOR: frozenset({Right.ACTIVITY_WRITE, Right.REGISTRY_READ, Right.PERIOD_WRITE}),
    Role.REVIEWER: _READS | {Right.PERIOD_REVIEW},
    Role.REGULATOR: frozenset({Right.REGISTRY_READ, Right.REPORT_READ, Right.REPORT_RECEIVE}),
    Role.AUDITOR: _READS | {Right.KEY_READ},
    Role.SERVICE: frozenset(Right),
}
"""Role -> the most rights it may have."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: `actor` is the id of a key or the subject of a token, and goes into what is written about it.

    `tenant` is whose it is, None of the whole service or of nobody; `expires_at` ends it, None where nothing does.
    """

    actor: str
    role: Role | None
    rights: frozenset[Right]
    access: Access
    tenant: UUID | None = None
    expires_at: datetime | None = None

    @property
    def is_known(self) -> bool:
        """Whether anybody is behind it."""
        return self.role is not None


ANONYMOUS: Final = Principal("", None, frozenset(), NOTHING)
"""Who says nothing about itself: reads the catalogue and computes, and meets nobody's data."""
SERVICE: Final = Principal("service", Role.SERVICE, RIGHTS[Role.SERVICE], EVERYTHING)
"""The process itself."""
