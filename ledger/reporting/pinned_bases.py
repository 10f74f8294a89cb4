"""The basis that a closed period pins: of every regime, what a question that names nothing but the regime was answered
on at that moment, as canonical JSON.

Which regime a report takes is known only when it is made, so all are pinned: each as it was adopted by the tenant or
its park, or else the regime's own with the newest factor release.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

import msgspec

from accounting.basis import Basis
from accounting.change.adoption import Adoption, BadAdoption, Choice, completed
from accounting.consolidation import Approach
from accounting.refusals import RefusalCode, Refused
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.catalogue import Catalogue
from emission_factors.gases import GwpSet
from ledger.access import NO_TENANT, NotRegistered
from ledger.beyond import beyond
from ledger.connections import Connection
from ledger.footprints.adoptions import adoption_of_tenant
from ledger.registry import parks_where, tenants_where
from ledger.releases import Catalogues
from ledger.tables import Park
from proofs.canonical import canonical_bytes

FORM: Final = 1
"""Of the document; stands in it."""


class PinnedRelease(msgspec.Struct, frozen=True, rename="camel"):
    """A factor release by its number and the hash of its content."""

    number: int
    content_hash: str


class PinnedBy(msgspec.Struct, frozen=True, rename="camel"):
    """The declaration of an adopted basis, and whose it is: the tenant's, or that of its park's operator."""

    tenant: UUID
    declaration: UUID


class PinnedBasis(msgspec.Struct, frozen=True, rename="camel"):
    """The basis of one regime. `approach` is null where the regime takes legal entities and parks whole."""

    gwp_set: GwpSet
    release: PinnedRelease
    approach: Approach | None
    published_by: date | None
    proxy_regions: tuple[str, ...]
    adopted_by: PinnedBy | None


class PinnedBases(msgspec.Struct, frozen=True, rename="camel"):
    """The bases of a closed period, by regime."""

    form: int
    regimes: Mapping[RegimeCode, PinnedBasis]

    def text(self) -> str:
        """Return the canonical JSON."""
        return canonical_bytes(msgspec.to_builtins(self)).decode()


def read_pinned(text: str) -> PinnedBases:
    """Return what `PinnedBases.text` wrote."""
    return msgspec.json.decode(text, type=PinnedBases)


def as_basis(regime: RegimeCode, pinned: PinnedBasis, catalogue: Catalogue) -> Basis:
    """Return a pinned basis as one to compute on, without an instant of knowledge.

    Raises `ValueError` for a catalogue of another release, or of another content, than was pinned.
    """
    release = catalogue.release
    if (release.number, release.content_hash) != (pinned.release.number, pinned.release.content_hash):
        message = f"release {release.number} ({release.content_hash}) is not the pinned one, {pinned.release.number}"
        raise ValueError(f"{message} ({pinned.release.content_hash})")
    return Basis(
        regime=REGIMES[regime],
        gwp_set=pinned.gwp_set,
        catalogue=catalogue,
        proxies=pinned.proxy_regions,
        published_by=pinned.published_by,
        approach=pinned.approach,
        adopted_by=pinned.adopted_by.declaration if pinned.adopted_by else None,
    )


@dataclass(frozen=True, slots=True)
class _Place:
    tenant: UUID
    proxies: tuple[str, ...]


async def bases_to_pin(connection: Connection, catalogues: Catalogues, tenant: UUID) -> PinnedBases:
    """Return the bases of a tenant as they are now.

    Raises `Refused` where several operators of the park adopted one, as no one then knows which holds, `NotRegistered`.
    """
    place = _Place(tenant, tuple((await park_of(connection, tenant)).proxy_regions))
    return PinnedBases(FORM, {code: await _pinned(connection, catalogues, place, code) for code in RegimeCode})


async def park_of(connection: Connection, tenant: UUID) -> Park:
    """Return the park of a tenant, whose clock and proxy regions count for it; raises `NotRegistered`."""
    async with beyond(connection, "the clock and the proxy regions of the tenant's park", [tenant]):
        found = await tenants_where(connection, tenant_id=tenant)
        if not found:
            raise NotRegistered(NO_TENANT)
        (park,) = await parks_where(connection, park_id=found[0].park_id)
    return park


async def _pinned(connection: Connection, catalogues: Catalogues, place: _Place, code: RegimeCode) -> PinnedBasis:
    try:
        adopted = await adoption_of_tenant(connection, place.tenant, code, None)
    except BadAdoption as error:
        raise Refused(RefusalCode.BAD_DECLARATION, "", f"{code}: {error}") from None
    choice = _choice(code, adopted.content if adopted else None)
    release = (await catalogues.get(connection, choice.release)).release
    return PinnedBasis(
        gwp_set=choice.gwp_set or REGIMES[code].default_gwp_set,
        release=PinnedRelease(release.number, release.content_hash),
        approach=choice.approach,
        published_by=choice.published_by,
        proxy_regions=place.proxies,
        adopted_by=PinnedBy(adopted.tenant, adopted.id) if adopted else None,
    )


def _choice(code: RegimeCode, adopted: Adoption | None) -> Choice:
    if adopted is not None:
        return completed(Choice(), adopted)
    return Choice(approach=REGIMES[code].default_approach)
