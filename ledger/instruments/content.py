"""What a contractual instrument says, and what of it can be kept. The rows of it are in `instrument_rows`."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from accounting.refusals import RefusalCode, Refused
from accounting.scope2.instruments import (
    Attribute,
    BadInstrument,
    Cancellation,
    Criteria,
    Criterion,
    EnergyCarrier,
    Evidence,
    Instrument,
    Kind,
    Serials,
)
from ledger.texts import LONGEST_CODE, LONGEST_TEXT, check_text

MOST_DOCUMENTS: Final = 100
"""Documents an instrument, or one of its criteria, may name."""
_API_NAMES: Final = {"quantity": "quantity_mwh", "cancellation": "quantity_mwh"}
"""Field of the pure value -> the API's, where they differ in more than case."""


@dataclass(frozen=True, slots=True)
class InstrumentContent:
    """What an instrument says, apart from whose it is and what became of it; `accounting.scope2` has the words.

    `quantity` is MWh, `rate` kg CO2e/MWh, a month the date of its first day.
    """

    kind: Kind
    carrier: EnergyCarrier
    attribute: Attribute
    market: str
    first_month: date
    last_month: date
    quantity: Decimal
    rate: Decimal | None
    site: UUID | None
    claimed_from: date
    claimed_to: date
    serials: Serials | None = None
    is_tradable: bool = True
    generator: UUID | None = None
    evidence: tuple[Evidence, ...] = ()
    criteria: Criteria = field(default_factory=Criteria)

    def claim(
        self, name: str, tenant: UUID, cancellation: Cancellation | None = None, is_sold: bool = False
    ) -> Instrument:
        """Return the pure instrument of this content; raises `BadInstrument`."""
        return Instrument(
            id=name,
            kind=self.kind,
            carrier=self.carrier,
            attribute=self.attribute,
            market=self.market,
            first_month=self.first_month,
            last_month=self.last_month,
            quantity=self.quantity,
            rate=self.rate,
            tenant=tenant,
            site=self.site,
            claimed_from=self.claimed_from,
            claimed_to=self.claimed_to,
            cancellation=cancellation,
            serials=self.serials,
            is_sold=is_sold,
            is_tradable=self.is_tradable,
            generator=self.generator,
            evidence=self.evidence,
            criteria=self.criteria,
        )


def serials_of(batch: str, first: Decimal, last: Decimal) -> Serials:
    """Return the certificates `first` to `last` of a batch; raises `Refused` for what is no range of whole numbers."""
    for number in (first, last):
        if number != number.to_integral_value():
            message = f"{number} is no certificate number; accepted are whole numbers"
            raise Refused(RefusalCode.BAD_INSTRUMENT, "serials", message)
    with refusing():
        return Serials(batch, int(first), int(last))


@contextmanager
def refusing() -> Iterator[None]:
    """Turn `BadInstrument` into `Refused`, its field named as in the API."""
    try:
        yield
    except BadInstrument as error:
        first, *rest = _API_NAMES.get(error.field, error.field).split("_")
        field_name = first + "".join(word.title() for word in rest)
        raise Refused(RefusalCode.BAD_INSTRUMENT, field_name, str(error)) from None


def check_content(content: InstrumentContent) -> None:
    """Raise `Refused` for a text that cannot be stored, or too many documents; `refusing` judges the rest."""
    check_text(content.market, "market", LONGEST_CODE)
    if content.serials:
        check_text(content.serials.batch, "serials", LONGEST_TEXT)
    _check_documents([document.id for document in content.evidence], "evidence")
    for criterion in Criterion:
        _check_documents(content.criteria.of(criterion).evidence, "criteria")


def _check_documents(ids: Collection[str], field_name: str) -> None:
    if len(ids) > MOST_DOCUMENTS:
        message = f"{len(ids)} documents are named; at most {MOST_DOCUMENTS}"
        raise Refused(RefusalCode.BAD_INSTRUMENT, field_name, message)
    for text in ids:
        check_text(text, field_name, LONGEST_TEXT)
