"""The demo park's certificates and contracts: what each claims, and what has to be done until it stands as told.

recorded -> split, or handed to another tenant -> cancelled or sold; what the service has already is left as it is
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeAlias

from api.client import Client
from api.demo import operations
from api.demo.bills import source_code
from api.demo.declared_tables import InstrumentRow, criteria, instruments
from api.demo.operations import change
from api.demo.parks import Park, Tenant
from api.demo.registering import KnownPark
from api.demo.tables import companies, streams
from api.demo.windows import Window, day_of

_MARKET: Final = "CN"
_NUMBERED: Final = ("GEC", "OTHER_CERTIFICATE", "GREEN_POWER_TRADE")
_NUMBERS_OF_A_TENANT: Final = 1_000_000
_KWH_PER_MWH: Final = 1000


@dataclass(frozen=True, slots=True)
class Claim:
    """An instrument as it shall stand: `row` with its code, its MWh and the months it is claimed for worked out."""

    row: InstrumentRow
    code: str
    origin: tuple[str, str] | None
    kind: str
    quantity_mwh: str
    first: date | None
    last: date | None
    claimed_from: date
    claimed_to: date
    moved_on: date | None
    fated_on: date | None

    @property
    def is_transfer(self) -> bool:
        """Whether another tenant handed it over."""
        return self.origin is not None and self.origin[0] != self.row.tenant


@dataclass(slots=True)
class Held:
    """An instrument as the service knows it, by the id of its current version."""

    instrument_id: str
    is_settled: bool = False


Kept: TypeAlias = dict[tuple[str, str], Held]
"""Tenant code and instrument code -> instrument."""


def claims(park: Park) -> tuple[Claim, ...]:
    """Return the instruments of a park whose months and parties are there, in the order of the table."""
    tenants = {tenant.code: tenant for tenant in park.tenants}
    found: dict[tuple[str, str], Claim] = {}
    for row in instruments():
        needed = {row.tenant, row.generator or row.tenant, row.origin.partition("/")[0] or row.tenant}
        if needed <= tenants.keys():
            claim = _claim(row, tenants[row.tenant], park.window, found)
            if claim is not None:
                found[row.tenant, claim.code] = claim
    return tuple(found.values())


def record_instruments(client: Client, park: Park, known: KnownPark, pool: Executor) -> None:
    """Do what is missing until every instrument of the park stands as told."""
    held = _held(client, known)
    found = claims(park)
    missing = [claim for claim in found if _key(claim) not in held]
    new = [claim for claim in missing if claim.origin is None]
    ids = pool.map(lambda claim: _recorded(client, claim, known), new)
    held |= {_key(claim): Held(instrument_id) for claim, instrument_id in zip(new, ids, strict=True)}
    for claim in missing:
        if claim.origin is not None:
            _divide(client, claim, claim.origin, known, held)
    open_ones = [claim for claim in found if claim.row.fate and not held[_key(claim)].is_settled]
    for _ in pool.map(lambda claim: _settle(client, claim, held[_key(claim)]), open_ones):
        pass


def _claim(row: InstrumentRow, tenant: Tenant, window: Window, found: dict[tuple[str, str], Claim]) -> Claim | None:
    """Return what a row comes to in a window; none where no such months are, or nothing was metered in them."""
    begin, end = day_of(row.claimed_from, window), day_of(row.claimed_to, window)
    if begin > end:
        return None
    giver, _, name = row.origin.partition("/")
    origin = (giver, name.format(year=begin.year)) if row.origin else None
    quantity = _quantity(row, tenant, begin, end)
    if quantity == "0":
        return None
    return Claim(
        row=row,
        code=row.code.format(year=begin.year),
        origin=origin,
        kind=row.kind or (found[origin].kind if origin else ""),
        quantity_mwh=quantity,
        first=day_of(row.first, window) if row.first else None,
        last=day_of(row.last, window) if row.last else None,
        claimed_from=begin,
        claimed_to=end,
        moved_on=day_of(row.moved_on, window) if row.moved_on else None,
        fated_on=day_of(row.fated_on, window) if row.fated_on else None,
    )


def _quantity(row: InstrumentRow, tenant: Tenant, begin: date, end: date) -> str:
    """Return MWh: as written, or what a meter showed; certificates come in whole MWh, the rest is carried on."""
    if not row.quantity.startswith("="):
        return row.quantity
    metered = Decimal(sum(_metered_kwh(tenant, row.quantity[1:], f"{begin:%Y-%m}", f"{end:%Y-%m}"))) / _KWH_PER_MWH
    return str(int(metered)) if row.kind == "GREEN_POWER_TRADE" else f"{metered.normalize():f}"


def _metered_kwh(tenant: Tenant, stream_code: str, begin: str, end: str) -> Iterator[int]:
    company = next(one for one in companies() if one.code == tenant.code)
    source = next(source_code(company, stream) for stream in streams(company) if stream.code == stream_code)
    return (int(one.quantity) for one in tenant.rows if one.source == source and begin <= one.period_start[:7] <= end)


def _held(client: Client, known: KnownPark) -> Kept:
    codes = {tenant.tenant_id: code for code, tenant in known.tenants.items()}
    nodes = client.ask(operations.INSTRUMENTS, {"park": known.park_id})["instruments"]["nodes"]
    return {
        (codes[node["tenant"]["id"]], node["code"]): Held(
            node["id"], node["isSold"] or node["cancellation"] is not None
        )
        for node in nodes
    }


def _key(claim: Claim) -> tuple[str, str]:
    return claim.row.tenant, claim.code


def _recorded(client: Client, claim: Claim, known: KnownPark) -> str:
    return str(change(client, operations.RECORD_INSTRUMENT, _recording(claim, known))["instrument"]["id"])


def _divide(client: Client, claim: Claim, origin: tuple[str, str], known: KnownPark, held: Kept) -> None:
    """Split a part off an instrument or hand it over; what is left of the instrument has a new version."""
    whole = held[origin]
    given = {"instrumentId": whole.instrument_id, "quantityMwh": claim.quantity_mwh, "reason": claim.row.note}
    given |= _claimed(claim, known)
    if claim.is_transfer:
        given |= _handing_over(claim, known)
    document = operations.TRANSFER_INSTRUMENT if claim.is_transfer else operations.SPLIT_INSTRUMENT
    answer = change(client, document, given)
    held[_key(claim)] = Held(answer["part"]["id"])
    whole.instrument_id = answer["rest"]["id"]


def _settle(client: Client, claim: Claim, held: Held) -> None:
    given: dict[str, Any] = {"instrumentId": held.instrument_id, "reason": claim.row.note}
    if claim.row.fate == "sell":
        change(client, operations.SELL_INSTRUMENT, given)
        return
    given |= {
        "cancelledOn": str(claim.fated_on),
        "evidence": [{"document": f"{claim.code} statement of cancellation.pdf", "kind": "CERTIFICATE"}],
        "criteria": _checks(claim, "cancelled"),
    }
    change(client, operations.CANCEL_INSTRUMENT, given)


def _recording(claim: Claim, known: KnownPark) -> dict[str, Any]:
    assert claim.first and claim.last  # noqa: S101, PT018  what has no origin has months of generation
    row = claim.row
    return {
        "tenantId": known.tenants[row.tenant].tenant_id,
        "kind": claim.kind,
        "carrier": "ELECTRICITY",
        "attribute": "NON_FOSSIL",
        "market": _MARKET,
        "firstMonth": f"{claim.first:%Y-%m}",
        "lastMonth": f"{claim.last:%Y-%m}",
        "quantityMwh": claim.quantity_mwh,
        "rate": "0",
        "serials": _serials(claim),
        # Certificates of own use are issued and stay where they are.
        "isTradable": claim.kind != "SELF_USE",
        "generatorId": known.tenants[row.generator].tenant_id if row.generator else None,
        "evidence": _proofs(claim),
        "criteria": _checks(claim, "recorded"),
    } | _claimed(claim, known)


def _handing_over(claim: Claim, known: KnownPark) -> dict[str, Any]:
    return {
        "receiverId": known.tenants[claim.row.tenant].tenant_id,
        "transferredOn": str(claim.moved_on),
        "evidence": _proofs(claim),
        "criteria": _checks(claim, "recorded"),
    }


def _claimed(claim: Claim, known: KnownPark) -> dict[str, Any]:
    sites = known.tenants[claim.row.tenant].sites
    return {
        "code": claim.code,
        "siteId": sites[claim.row.site] if claim.row.site else None,
        "claimedFrom": f"{claim.claimed_from:%Y-%m}",
        "claimedTo": f"{claim.claimed_to:%Y-%m}",
    }


def _serials(claim: Claim) -> dict[str, str] | None:
    if claim.kind not in _NUMBERED:
        return None
    number = next(company.number for company in companies() if company.code == claim.row.tenant)
    first = number * _NUMBERS_OF_A_TENANT + 1
    return {"batch": claim.code, "first": str(first), "last": str(first + int(claim.quantity_mwh) - 1)}


def _proofs(claim: Claim) -> list[dict[str, str]]:
    return [
        {"document": f"{claim.code} {kind.lower().replace('_', ' ')}.pdf", "kind": kind} for kind in claim.row.proofs
    ]


def _checks(claim: Claim, when: str) -> list[dict[str, Any]]:
    return [
        {
            "criterion": row.criterion,
            "holds": row.criterion != claim.row.fails,
            "evidence": [row.evidence],
        }
        for row in criteria()
        if row.when == when and (claim.kind in row.kinds or row.kinds == ("any",))
    ]
