"""What a new grant may be: roles, rights, sites and times that go together, within what the grantor may give."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from ledger.access import NO_TENANT, NotRegistered
from ledger.connections import Connection
from ledger.identity.principals import NO_TENANT_ID, RIGHTS, Principal, Right, Role
from ledger.registry import sites_where, tenants_where
from ledger.texts import LONGEST_CODE, check_text

LONGEST_REGULATOR: Final = timedelta(days=366)
"""How long a regulator may look before it is asked again."""
_OF_A_TENANT: Final = (Role.TENANT_ADMINISTRATOR, Role.CONTRIBUTOR, Role.REVIEWER, Role.AUDITOR)
_OF_A_PARK: Final = (Role.PARK_OPERATOR, *_OF_A_TENANT, Role.REGULATOR)
GIVES: Final[dict[Role, Collection[Role]]] = {
    Role.PLATFORM: (Role.PLATFORM, *_OF_A_PARK),
    Role.SERVICE: (Role.PLATFORM, *_OF_A_PARK),
    Role.PARK_OPERATOR: _OF_A_PARK,
    Role.TENANT_ADMINISTRATOR: _OF_A_TENANT,
}
"""Role -> the roles that it may give. Who reports does not say who its regulator is."""
_GIVEN_AWAY: Final = frozenset({Right.REPORT_RECEIVE})
"""Rights that are given by who does not have them: what a regulator says of a report is its own."""
_NARROWABLE: Final = (Role.CONTRIBUTOR,)
"""Roles that may be narrowed to sites: they compute nothing, so that no total misses what they do not see."""


@dataclass(frozen=True, slots=True)
class NewGrant:
    """What is to be granted to a system of a tenant; `rights` empty are all of the role.

    `sites` narrows a contributor, None does not; `named` are tenants whose registry a regulator sees. It holds from
    `not_before`, now if None, until `expires_at`, for good if None.
    """

    tenant: UUID
    system: str
    role: Role
    rights: Collection[Right] = ()
    sites: Collection[UUID] | None = None
    named: Collection[UUID] = ()
    not_before: datetime | None = None
    expires_at: datetime | None = None

    def of_role(self) -> "NewGrant":
        """Return the grant with all rights of its role where none are named."""
        return replace(self, rights=frozenset(self.rights) or RIGHTS[self.role])


def check_grantor(by: Principal, new: NewGrant) -> None:
    """Raise `Refused` where the grantor may not give the role, or rights it does not have; or `NotRegistered`."""
    gives = GIVES.get(by.role, ()) if by.role and Right.KEY_WRITE in by.rights else ()
    if new.role not in gives:
        message = f"{new.role} is not for {by.role or 'nobody'} to give; it may give {', '.join(gives) or 'none'}"
        raise Refused(RefusalCode.GRANT_NOT_ALLOWED, "role", message)
    extra = frozenset(new.rights) - by.rights - _GIVEN_AWAY
    if extra:
        message = f"the grantor does not have {', '.join(sorted(extra))} itself; accepted are rights that it has"
        raise Refused(RefusalCode.GRANT_NOT_ALLOWED, "rights", message)
    if not by.access.covers(new.named):
        raise NotRegistered(NO_TENANT)


def check_new(new: NewGrant, now: datetime) -> None:
    """Raise `Refused` for what cannot go together."""
    check_text(new.system, "system", LONGEST_CODE)
    beyond = frozenset(new.rights) - RIGHTS[new.role]
    if beyond or not new.rights:
        most = ", ".join(sorted(RIGHTS[new.role]))
        named = ", ".join(sorted(beyond)) or "none"
        _refuse("rights", f"{new.role} cannot have {named}; accepted are {most}")
    if new.sites is not None and (new.role not in _NARROWABLE or not new.sites):
        _refuse("siteIds", f"{new.role} with {len(new.sites)} sites; accepted is a {_NARROWABLE[0]} with 1 or more")
    if bool(new.named) != (new.role is Role.REGULATOR):
        _refuse("tenantIds", f"{new.role} with {len(new.named)} tenants named; a {Role.REGULATOR} alone names them")
    _check_times(new, now)


def _check_times(new: NewGrant, now: datetime) -> None:
    begins = new.not_before or now
    if new.expires_at is not None and new.expires_at <= max(begins, now):
        _refuse("expiresAt", f"{new.expires_at.isoformat()} is not after the grant begins, {begins.isoformat()}")
    longest = begins + LONGEST_REGULATOR
    if new.role is Role.REGULATOR and (new.expires_at is None or new.expires_at > longest):
        _refuse("expiresAt", f"a {Role.REGULATOR} looks for a limited time; accepted is up to {longest.isoformat()}")


async def check_places(connection: Connection, new: NewGrant) -> None:
    """Raise `NotRegistered` for a tenant or site that is not there, `Refused` for an operator's grant of another."""
    if (new.role is Role.PLATFORM) != (new.tenant == NO_TENANT_ID):
        _refuse("role", f"{Role.PLATFORM} is of the whole service and of no tenant; every other role is of one")
    if new.role is Role.PLATFORM:
        return
    found = await tenants_where(connection, tenant_id=new.tenant)
    if not found:
        raise NotRegistered(NO_TENANT)
    if new.role is Role.PARK_OPERATOR and not found[0].is_operator:
        _refuse("role", f"{found[0].code} does not operate the park; accepted is the tenant that does")
    known = {site.site_id for site in await sites_where(connection, tenant_id=new.tenant)}
    for site in new.sites or ():
        if site not in known:
            raise NotRegistered(f"the tenant has no site {site}")


def _refuse(field: str, message: str) -> None:
    raise Refused(RefusalCode.BAD_GRANT, field, message)
