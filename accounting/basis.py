"""The basis of a computation: everything that can change a number without a row being touched."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from accounting.consolidation import Approach
from accounting.regimes import Regime
from emission_factors.catalogue import Catalogue
from emission_factors.gases import GwpSet


@dataclass(frozen=True, slots=True)
class Basis:
    """Regime, GWP set, factor release and the declared choices that go with them.

    `proxies` are regions whose published factors may stand in where the site's own regions have none, in order;
    `published_by` restricts the release to what was published by a day; `electricity_kgce_per_kwh` is the equivalent
    value of electricity in standard coal, a yearly figure of the thermal power plants (GB/T 2589-2020), where known.
    `approach` draws the organisational boundary; None takes each tenant's operations whole, as a regime for legal
    entities does. `known_at` is the instant whose knowledge counts: nothing recorded later is seen; None is now.
    `told_at` is the instant as of which the same can be asked again: what was recorded up to it was seen, whether or
    not an instant was asked for; None where it could not be told.
    `adopted_by` is the declaration of the adopted basis that decided what a question left open.
    """

    regime: Regime
    gwp_set: GwpSet
    catalogue: Catalogue
    proxies: tuple[str, ...] = ()
    published_by: date | None = None
    electricity_kgce_per_kwh: Decimal | None = None
    approach: Approach | None = None
    known_at: datetime | None = None
    adopted_by: UUID | None = None
    told_at: datetime | None = None
