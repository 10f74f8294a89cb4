"""Small constructors for instruments and loads: an instrument qualifies everywhere unless a field says otherwise."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounting.scope2.instruments import (
    Attribute,
    Cancellation,
    Check,
    Criteria,
    Criterion,
    EnergyCarrier,
    Evidence,
    EvidenceKind,
    Instrument,
    Kind,
    Load,
    LoadKind,
    Serials,
)

ONE, TWO = UUID(int=1), UUID(int=2)
"""Tenants."""
EAST, WEST = UUID(int=11), UUID(int=12)
"""Sites."""
HOLDS = Check(True, ("letter",))
CERTIFICATES = (Kind.GEC, Kind.OTHER_CERTIFICATE, Kind.GREEN_POWER_TRADE)


def month(text: str) -> date:
    """Return the first day of a month written 2025-03."""
    return date.fromisoformat(f"{text}-01")


def criteria(**fields: Check) -> Criteria:
    """Return criteria that all hold, with those given in their stead."""
    return Criteria(**({criterion.value.lower(): HOLDS for criterion in Criterion} | fields))


def load(quantity: str, when: str = "2025-06", **fields: Any) -> Load:
    """Return what tenant one bought through the grid at its east site."""
    given: dict[str, Any] = {
        "tenant": ONE,
        "site": EAST,
        "month": month(when),
        "carrier": EnergyCarrier.ELECTRICITY,
        "market": "CN",
        "kind": LoadKind.GRID,
        "quantity": Decimal(quantity),
    }
    return Load(**(given | fields))


def claim(name: str, quantity: str, kind: Kind = Kind.GEC, **fields: Any) -> Instrument:
    """Return an instrument of 2025 at zero emissions, claimed for 2025 by tenant one at any site.

    `made`, `claimed` are pairs of months; `cancelled` a day, which a certificate has anyway; `rate` a text.
    """
    first, last = fields.pop("made", ("2025-01", "2025-12"))
    start, end = fields.pop("claimed", ("2025-01", "2025-12"))
    rate = fields.pop("rate", "0")
    cancelled = fields.pop("cancelled", "2026-01-15" if kind in CERTIFICATES else "")
    given: dict[str, Any] = {
        "id": name,
        "kind": kind,
        "carrier": EnergyCarrier.ELECTRICITY,
        "attribute": Attribute.NON_FOSSIL,
        "market": "CN",
        "first_month": month(first),
        "last_month": month(last),
        "quantity": Decimal(quantity),
        "rate": None if rate is None else Decimal(rate),
        "tenant": ONE,
        "site": None,
        "claimed_from": month(start),
        "claimed_to": month(end),
        "cancellation": Cancellation(date.fromisoformat(cancelled), Decimal(quantity)) if cancelled else None,
        "serials": Serials(name, 1, int(Decimal(quantity))) if kind in CERTIFICATES else None,
        "evidence": tuple(Evidence(f"{name}-{number}", one) for number, one in enumerate(EvidenceKind)),
        "criteria": criteria(),
    }
    return Instrument(**(given | fields))
