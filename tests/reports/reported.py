"""Values of reports read from a database, as a service would read them: one snapshot, one instant, one release."""

import asyncio
import json
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounting.basis import Basis
from accounting.consolidation import Approach
from accounting.regimes import REGIMES, RegimeCode
from accounting.reporting.inputs import ReportInputs
from emission_factors.releases import shipped_catalogue
from ledger.database import Database
from ledger.reports.inputs import AskedReport, report_inputs
from reports.assembling.documents import Edition, assemble
from reports.assembling.forms import REGIMES_OF
from reports.document import Document, ReportKind, Table, canonical
from schema.global_ids import decode_uuid

ON = date(2026, 11, 22)


def basis_of(regime: RegimeCode, known_at: datetime, **more: Any) -> Basis:
    """Return a basis under a regime, with control of operations where the regime draws boundaries."""
    found = REGIMES[regime]
    approach = Approach.OPERATIONAL_CONTROL if found.has_approaches else None
    made = Basis(found, found.default_gwp_set, shipped_catalogue(), ("GB",), approach=approach, known_at=known_at)
    return replace(made, **more)


class Reader:
    """The database, opened once for many reads."""

    def __init__(self, loop: asyncio.AbstractEventLoop, database: Database) -> None:
        self._loop = loop
        self._database = database

    def read(
        self, kind: ReportKind, park: str, months: tuple[date, date], tenant: str = "", **more: Any
    ) -> ReportInputs:
        """Read the values of a report of a park, or of one of its tenants, as known by now, or `known_at`."""
        on = basis_of(REGIMES_OF[kind][0], **{"known_at": self.told(), **more})
        keys = decode_uuid(park, "Park"), decode_uuid(tenant, "Tenant") if tenant else None
        return self._loop.run_until_complete(self._read(on, AskedReport(*keys, *months, ON, is_upper=True)))

    def told(self) -> datetime:
        """Return the instant up to which everything that was recorded can be seen."""
        found = self._loop.run_until_complete(self._database.told_instant())
        assert found is not None
        return found

    async def _read(self, on: Basis, asked: AskedReport) -> ReportInputs:
        async with self._database.snapshot() as connection:
            return await report_inputs(connection, on, asked)


def year(number: int) -> tuple[date, date]:
    """Return the first and the last month of a year."""
    return date(number, 1, 1), date(number, 12, 1)


def parsed(document: Document) -> Any:
    """Return a document as somebody else reads it: its JSON, parsed."""
    return json.loads(json.dumps(canonical(document), ensure_ascii=False))


def assembled(inputs: ReportInputs, kind: ReportKind, **more: Any) -> Document:
    """Return the first edition of a report."""
    return assemble(inputs, kind, Edition(**more))


def table(document: Document, code: str) -> Table:
    """Return a table of a document."""
    return next(one for one in document.tables if one.code == code)


def cell(document: Document, table_code: str, row: str, column: str) -> Any:
    """Return what stands in a row and column of a table."""
    found = table(document, table_code)
    at = [one.code for one in found.columns].index(column)
    return next(one for one in found.rows if one.code == row).cells[at]


def shown(value: Decimal | None, places: int = 3) -> str:
    """Write a number as a form prints it."""
    return "-" if value is None else f"{value:.{places}f}"
