"""The organisational boundary of a question: whose operations it reaches into, and what was declared about them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from accounting.basis import Basis
from accounting.boundary import Boundaries, Holding, LeasedSite
from accounting.declarations import DeclarationKind
from ledger.connections import Connection
from ledger.declarations import Declaration, declarations_of

_HELD: Final = """
SELECT DISTINCT tenant_id FROM declarations WHERE kind = 'HOLDING' AND content ->> 'holder' = ANY(%s::text[])
"""


C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class Reach:
    """`whole` are tenants whose operations are reported as posted; `apart` those of whom something is declared, so
    that every site and month has its share; `boundaries` says which, None where no approach applies.
    """

    whole: Sequence[UUID]
    apart: Sequence[UUID]
    boundaries: Boundaries | None

    @property
    def operations(self) -> Sequence[UUID]:
        """Everyone whose cells the question reads."""
        return [*self.whole, *self.apart]


async def reach_of(connection: Connection, basis: Basis, tenants: Collection[UUID]) -> Reach:
    """Return what a boundary of `tenants` reaches into under the approach of the basis: what others posted too, where
    one of them holds a part of it.
    """
    if basis.approach is None:
        return Reach(list(tenants), (), None)
    held = await (await connection.execute(_HELD, ([str(tenant) for tenant in tenants],))).fetchall()
    asked = {*tenants, *(tenant for (tenant,) in held)}
    declared = await declarations_of(
        connection, asked, [DeclarationKind.HOLDING, DeclarationKind.LEASE], basis.known_at
    )
    apart = sorted({found.tenant for found in declared})
    boundaries = Boundaries(basis.approach, _by_tenant(declared, Holding), _by_tenant(declared, LeasedSite))
    return Reach([tenant for tenant in tenants if tenant not in apart], apart, boundaries)


def _by_tenant(declared: Sequence[Declaration], content: type[C]) -> dict[UUID, list[C]]:
    found: dict[UUID, list[C]] = {}
    for one in declared:
        if isinstance(one.content, content):
            found.setdefault(one.tenant, []).append(one.content)
    return found
