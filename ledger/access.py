"""Access: which tenants a caller reads and writes, as the settings of a transaction that row security goes by.

    app.tenants   tenants whose rows are seen          app.parks   parks whose row is seen
    app.named     tenants of whom the registry alone   app.sites   sites that a caller is narrowed to; unset for all
    app.whole     parks read with all their tenants
    app.regulator as whom a regulator asks

What a caller does not reach is not there for it: a foreign tenant and one that does not exist are refused alike.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg import sql

NO_TENANT: Final = "there is no such tenant"
NO_PARK: Final = "there is no such park"


class NotRegistered(Exception):
    """No park, tenant, site or source of this id, or none that the caller reaches."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a caller reaches. `parks` are seen, `whole_parks` read with all their tenants; `named` are tenants of whom
    only the registry is seen; `sites` narrows all of it, None for no narrowing. `is_all` reaches everything. `reviews`
    are tenants whose reporting periods the caller takes steps of without writing their ledger; `regulator` is as whom a
    regulator asks: the system of its grant.
    """

    reads: frozenset[UUID] = frozenset()
    writes: frozenset[UUID] = frozenset()
    registers: frozenset[UUID] = frozenset()
    named: frozenset[UUID] = frozenset()
    parks: frozenset[UUID] = frozenset()
    whole_parks: frozenset[UUID] = frozenset()
    sites: frozenset[UUID] | None = None
    is_all: bool = False
    reviews: frozenset[UUID] = frozenset()
    regulator: str = ""

    def covers(self, tenants: Iterable[UUID]) -> bool:
        """Whether every one of the tenants is read."""
        return self.is_all or self.reads.issuperset(tenants)

    def has_whole_park(self, park: UUID) -> bool:
        """Whether all of a park is read, so that its total is a total."""
        return self.is_all or park in self.whole_parks

    def check_write(self, tenant: UUID) -> None:
        """Raise `NotRegistered` for a tenant that is not written."""
        if not self.is_all and tenant not in self.writes:
            raise NotRegistered(NO_TENANT)

    def check_review(self, tenant: UUID) -> None:
        """Raise `NotRegistered` for a tenant whose reporting periods are not the caller's to take steps of."""
        if tenant not in self.reviews:
            self.check_write(tenant)

    def check_register(self, tenant: UUID) -> None:
        """Raise `NotRegistered` for a tenant whose sites and sources are not registered by the caller."""
        if not self.is_all and tenant not in self.registers:
            raise NotRegistered(NO_TENANT)

    def check_park(self, park: UUID) -> None:
        """Raise `NotRegistered` for a park whose tenants are not registered by the caller."""
        if not self.has_whole_park(park):
            raise NotRegistered(NO_PARK)

    def read_settings(self) -> bytes:
        """Return the statements that let a transaction see what is reached."""
        if self.is_all:
            return b"SET LOCAL app.reach = 'all'"
        given = {"tenants": self.reads, "parks": self.parks, "named": self.named}
        return b"; ".join(
            [*(_literal(name, ids) for name, ids in given.items()), *self._narrowing(), *self._asking(), *self._whole()]
        )

    def write_settings(self, tenant: UUID) -> bytes:
        """Return the statements that bind a transaction to one tenant; raises `NotRegistered`."""
        self.check_write(tenant)
        return b"; ".join([binding(tenant), *self._narrowing()])

    def review_settings(self, tenant: UUID) -> bytes:
        """Return the statements that bind a transaction to a tenant whose workflow alone is written; it sees what is
        reached besides.
        """
        self.check_review(tenant)
        return b"; ".join([self.read_settings(), binding(tenant)])

    def _whole(self) -> list[bytes]:
        return [_literal("whole", self.whole_parks)] if self.whole_parks else []

    def _asking(self) -> list[bytes]:
        named = sql.Literal(self.regulator).as_bytes(None)
        return [b"SET LOCAL app.regulator = " + named] if self.regulator else []

    def _narrowing(self) -> list[bytes]:
        return [] if self.sites is None else [_literal("sites", self.sites)]


NOTHING: Final = Access()
"""What a caller without identity reaches: no tenant's row."""
EVERYTHING: Final = Access(is_all=True)
"""What the process itself reaches, and who is given the whole service."""


def binding(tenant: UUID) -> bytes:
    """Return what binds a transaction. SET takes no parameters; a parsed UUID needs no quoting beyond its form."""
    return f"SET LOCAL app.tenant = '{UUID(str(tenant))}'".encode()


def _literal(name: str, ids: Collection[UUID]) -> bytes:
    """Return what sets a list. A list that is set but empty is written as such, apart from one that was never set."""
    return f"SET LOCAL app.{name} = '{{{','.join(sorted(str(UUID(str(one))) for one in ids))}}}'".encode()
