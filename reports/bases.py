"""The basis of a document, from what it says that it rests on: so a superseded report is read again as it was made."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.regimes import REGIMES, RegimeCode
from emission_factors.catalogue import Catalogue
from emission_factors.gases import GwpSet
from reports.document import Rests

_IS_UPPER: Final[Mapping[str, bool]] = {"LOWER": False, "UPPER": True}


class OtherRelease(ValueError):
    """The catalogue is not the factor release that a document rests on."""


def basis_of(rests: Rests, catalogue: Catalogue) -> Basis:
    """Return the basis that a document was assembled on; `catalogue` is that of its release. Raises `OtherRelease`."""
    release, said = catalogue.release, rests.basis
    if (release.number, release.content_hash) != (rests.factor_release, rests.factor_release_hash):
        message = f"release {release.number} ({release.content_hash}) is here; the report rests on"
        raise OtherRelease(f"{message} {rests.factor_release} ({rests.factor_release_hash})")
    return Basis(
        REGIMES[RegimeCode(said["regime"])],
        GwpSet(said["gwpSet"]),
        catalogue,
        tuple(said.get("proxies", "").split()),
        date.fromisoformat(said["publishedBy"]) if "publishedBy" in said else None,
        Decimal(said["electricityKgcePerKwh"]) if "electricityKgcePerKwh" in said else None,
        Approach(said["approach"]) if "approach" in said else None,
        known_at_of(rests),
        UUID(said["adoptedBy"]) if "adoptedBy" in said else None,
    )


def known_at_of(rests: Rests) -> datetime:
    """Return the instant whose knowledge counts."""
    return datetime.fromisoformat(rests.known_at)


def is_upper_of(rests: Rests) -> bool | None:
    """Return which end of a published range of standard coal coefficients applies; None where none was named."""
    return _IS_UPPER.get(rests.basis.get("coalEquivalentRange", ""))
