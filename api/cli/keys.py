"""`parkledger keys`: who may use a service, by the owner of its deployment. Every change is an event in the ledger."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

import typer

from api.cli.failures import Failed
from api.cli.printing import err, out

if TYPE_CHECKING:
    from ledger.database import Database
    from ledger.identity.grant_checks import NewGrant
    from ledger.identity.grant_rows import Grant

T = TypeVar("T")
app = typer.Typer(
    help="API keys of tenants' systems: create, list, rotate, revoke. PARKLEDGER_KEY_PEPPER must be the service's.",
    no_args_is_help=True,
)
TenantCode = Annotated[str, typer.Option(help="Code of the tenant; none for the whole service.")]
ParkCode = Annotated[str, typer.Option(help="Code of the park, where tenants of several have the code.")]
KeyId = Annotated[str, typer.Argument(help="Id of the key: the 8 characters after pk_live_.")]


@app.command()
def create(
    role: Annotated[
        str,
        typer.Option(
            help="PLATFORM, PARK_OPERATOR, TENANT_ADMINISTRATOR, CONTRIBUTOR, REVIEWER, REGULATOR or AUDITOR."
        ),
    ],
    system: Annotated[str, typer.Option(help="What the key is for: a system, not a person.")],
    tenant: TenantCode = "",
    park: ParkCode = "",
    right: Annotated[list[str] | None, typer.Option(help="A right; repeat. All of the role if left out.")] = None,
    site: Annotated[list[str] | None, typer.Option(help="Code of a site a contributor is narrowed to; repeat.")] = None,
    named: Annotated[list[str] | None, typer.Option(help="Code of a tenant a regulator is named for; repeat.")] = None,
    days: Annotated[
        int | None, typer.Option(help="Days until it expires; never if left out, which is not for regulators.", min=1)
    ] = None,
) -> None:
    """Create a key and print it, this once."""
    from ledger.identity.api_keys import new_key
    from ledger.identity.grants import create_key
    from ledger.identity.principals import SERVICE

    key, expires = new_key(), datetime.now(UTC) + timedelta(days=days) if days else None

    async def done(database: "Database", pepper: bytes) -> None:
        asked = _Asked(tenant, park, tuple(site or ()), tuple(named or ()))
        new = await _new(database, asked, _role(role), system, right or [], expires)
        found = await create_key(database, pepper, new, key, SERVICE)
        err.print(f"{found.role} {found.system}; shown this once")

    _with_database(done)
    out.print(key.text)


@app.command(name="list")
def list_keys(tenant: TenantCode = "", park: ParkCode = "") -> None:
    """List keys and claims of a tenant, or those of the whole service, ended ones included."""

    async def done(database: "Database", _pepper: bytes) -> "list[Grant]":
        from ledger.identity.grant_rows import grants_of

        owner = await _owner(database, tenant, park)
        async with database.snapshot() as connection:
            return await grants_of(connection, [owner])

    now = datetime.now(UTC)
    for found in _with_database(done):
        used = f"{found.last_used_at:%Y-%m-%d %H:%M}" if found.last_used_at else "never"
        handle = found.handle.replace("\n", " ")
        out.print(f"{handle}  {found.state_at(now):<8} {found.role:<21} used {used}  {found.system}")


@app.command()
def revoke(key_id: KeyId, reason: Annotated[str, typer.Option(help="Why.")]) -> None:
    """Take a key back: the next request with it is refused."""
    from ledger.identity import grants
    from ledger.identity.principals import SERVICE

    async def done(database: "Database", _pepper: bytes) -> None:
        old = await _known(database, key_id)
        await grants.revoke(database, old.tenant, old.id, reason, SERVICE)

    _with_database(done)
    out.print(f"{key_id} is revoked")


@app.command()
def rotate(
    key_id: KeyId, hours: Annotated[int, typer.Option(help="Hours for which the old key goes on.", min=0)] = 24
) -> None:
    """Create a key that may do what another may, print it, and let the other end."""
    from ledger.identity.api_keys import new_key
    from ledger.identity.grants import rotate_key
    from ledger.identity.principals import SERVICE

    key = new_key()

    async def done(database: "Database", pepper: bytes) -> None:
        old = await _known(database, key_id)
        await rotate_key(database, pepper, old.tenant, old.id, key, SERVICE, timedelta(hours=hours))

    _with_database(done)
    out.print(key.text)


class _Asked:
    """Codes that a command names."""

    def __init__(self, tenant: str, park: str, sites: tuple[str, ...], named: tuple[str, ...]) -> None:
        self.tenant, self.park, self.sites, self.named = tenant, park, sites, named


def _with_database(do: "Callable[[Database, bytes], Awaitable[T]]") -> T:
    """Do something with the database of the settings and the pepper of its keys; raises `Failed` where refused."""
    from accounting.refusals import Refused
    from api.cli.preparing import with_database
    from api.identity.identification import pepper_of
    from api.settings import Settings
    from ledger.access import NotRegistered
    from ledger.identity.grants import GrantNotFound

    settings = Settings()
    pepper = pepper_of(settings)
    try:
        return with_database(settings, lambda database: do(database, pepper))
    except (Refused, NotRegistered, GrantNotFound) as error:
        raise Failed(str(error)) from None


async def _new(
    database: "Database", asked: _Asked, role: str, system: str, rights: list[str], expires: datetime | None
) -> "NewGrant":
    from ledger.identity.grant_checks import NewGrant
    from ledger.identity.principals import Right, Role
    from ledger.registry import sites_where

    known = {one.value: one for one in Right}
    for one in rights:
        if one not in known:
            raise Failed(f"{one!r} is no right; accepted are {', '.join(known)}")
    owner = await _owner(database, asked.tenant, asked.park)
    async with database.snapshot() as connection:
        sites = {one.code: one.site_id for one in await sites_where(connection, tenant_id=owner)}
    for one in asked.sites:
        if one not in sites:
            raise Failed(f"the tenant has no site {one!r}; it has {', '.join(sites) or 'none'}")
    named = [await _owner(database, one, asked.park) for one in asked.named]
    narrowed = [sites[one] for one in asked.sites] if asked.sites else None
    return NewGrant(owner, system, Role(role), [known[one] for one in rights], narrowed, named, None, expires)


def _role(text: str) -> str:
    from ledger.identity.principals import RIGHTS

    if text not in RIGHTS:
        raise Failed(f"{text!r} is no role; accepted are {', '.join(RIGHTS)}")
    return text


async def _owner(database: "Database", code: str, park: str) -> UUID:
    """Return the tenant of a code, or what stands for the whole service where none is named."""
    from ledger.identity.principals import NO_TENANT_ID
    from ledger.registry import parks_where, tenants_where

    if not code:
        return NO_TENANT_ID
    async with database.snapshot() as connection:
        within = {"park_id": [one.park_id for one in await parks_where(connection, code=park)]} if park else {}
        found = await tenants_where(connection, code=code, **within)
    if not found:
        raise Failed(f"no tenant has the code {code!r}")
    if len(found) > 1:
        raise Failed(f"{len(found)} tenants have the code {code!r}; name the park of one with --park")
    return found[0].tenant_id


async def _known(database: "Database", key_id: str) -> "Grant":
    from ledger.identity.grant_rows import grants_by_id, presented

    async with database.snapshot() as connection:
        found = await grants_by_id(connection, [one.id for one in await presented(connection, [key_id])])
    if len(found) != 1:
        raise Failed(f"there is no key {key_id!r}; `parkledger keys list` shows those of a tenant")
    return found[0]
