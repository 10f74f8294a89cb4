"""What goes into the evidence pack of a report, and in which order.

    report/      signed.json, PDF and XLSX in both languages       editions/   every edition before it, signed
    history/     events up to the head of signed.json, checkpoint, rotations, key.txt, for each tenant it rests on
    tenants.csv  rows/TENANT.csv  factors.csv                      evidence/   index.csv and files by their hashes
    intervals/   series.csv, and TENANT.csv of who has series      TENANT-beside.csv of both: posted with them
    README.txt   SHA256SUMS   MANIFEST.json

All of it is fixed by the publication: rows as known at the report's instant, heads as in its signed file, evidence as
recorded before it was published. What another tenant's history holds is for those who read that tenant.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import IO, Any, Final
from uuid import UUID

from accounting.management.reporting_periods import ReportingPeriod, periods_of
from api.evidence.folder import EvidenceFolder
from api.evidence.media_types import JPEG, PDF, PNG, TEXT, XLSX, ZIP
from api.faults import Fault, Refused
from api.reports.pack_archive import PIECE, Archive
from api.reports.pack_intervals import add_intervals, days_of
from api.reports.pack_rows import add_rows
from api.reports.renderer import Wanted
from api.reports.routes import ReportFiles
from ledger.connections import Connection
from ledger.database import Database
from ledger.history.reading import Stored, events_of
from ledger.registry import tenants_where
from ledger.releases import Catalogues
from ledger.reporting.evidence import Evidence, evidence_of_days
from ledger.reports.proofs import tenant_of
from ledger.reports.published import PublishedReport, report_of
from proofs.checkpoints import stated_checkpoint
from proofs.keys import PublicKey
from proofs.rotations import stated_rotation
from reports.packs import factors
from reports.packs.readmes import Contents, readme
from reports.packs.sheets import evidence_lines, tenant_lines
from reports.rendering.languages import Language
from reports.rendering.renderings import Form
from reports.signed_reports import SignedReport, read_signed_report

_FORMS: Final = [(form, language) for form in (Form.PDF, Form.XLSX) for language in Language]
_ENDINGS: Final = {PDF: "pdf", PNG: "png", JPEG: "jpg", XLSX: "xlsx", ZIP: "zip", TEXT: "txt"}
_AT_ONCE: Final = 200
"""Events that are read at a time: one may hold what a posting changed, row by row."""


@dataclass(frozen=True, slots=True)
class History:
    """A history that a report rests on: whose, up to which signed head, and what hands it to other keys."""

    tenant: UUID
    origin: str
    head: bytes
    rotations: Sequence[bytes]

    @property
    def folder(self) -> str:
        """Where it is in a pack."""
        return f"history/{self.tenant}"


class Pack:
    """A pack that is made of a report that the caller was found to read whole."""

    def __init__(
        self, files: ReportFiles, database: Database, evidence: EvidenceFolder, catalogues: Catalogues,
        key: PublicKey | None, archive: Archive,
    ) -> None:  # fmt: skip
        self._files, self._database, self._evidence = files, database, evidence
        self._catalogues, self._key, self._archive = catalogues, key, archive
        self.left_out: list[str] = []
        self.partial: list[str] = []

    async def made(self, report: PublishedReport) -> IO[bytes]:
        """Return the file of the pack; raises `Refused`, and then there is none."""
        signed = await self._files.signed(self._database, report)
        parts = await asyncio.to_thread(read_signed_report, signed.content)
        document: dict[str, Any] = await asyncio.to_thread(json.loads, parts.document)
        path = f"report/{signed.file_name}"
        await self._add(path, signed.content)
        contents = Contents(
            signed.file_name.removesuffix(".signed.json"), report.sha256, report.known_at, path,
            await self._renderings(report, parts.document), await self._editions(report), (), (),
        )  # fmt: skip
        found = self.readable(_histories(parts))
        async with self._database.snapshot() as connection:
            for one in found:
                await self._history(connection, one)
            tenants = [one.tenant for one in found]
            await self._rows(connection, report, tenants)
            await self._factors(connection, document)
            await self._files_of(connection, report, tenants)
        folders = [one.folder for one in found]
        await self._add("README.txt", readme(replace(contents, histories=folders, left_out=self.left_out)))
        return await asyncio.to_thread(self._archive.finished, report.sha256, self.left_out, self.partial)

    async def _add(self, path: str, data: bytes) -> None:
        await asyncio.to_thread(self._archive.add, path, data)

    async def _renderings(self, report: PublishedReport, content: bytes) -> list[str]:
        paths = []
        for form, language in _FORMS:
            try:
                made = await self._files.renderer.rendered(Wanted(report.sha256, form, language), _given(content))
            except Refused as error:
                if error.fault is not Fault.CANNOT_RENDER:
                    raise
                self.left_out.append(f"report/ {form} {language}: {error}")
                continue
            paths.append(f"report/{made.file_name}")
            await self._add(paths[-1], made.content)
        return paths

    async def _editions(self, report: PublishedReport) -> list[str]:
        """Add every edition before, the newest first."""
        paths = []
        before = report.supersedes
        while before is not None:
            async with self._database.snapshot() as connection:
                earlier = await report_of(connection, before)
            signed = await self._files.signed(self._database, earlier)
            paths.append(f"editions/{signed.file_name}")
            await self._add(paths[-1], signed.content)
            before = earlier.supersedes
        return paths

    def readable(self, found: Sequence[History]) -> list[History]:
        """Return the histories of tenants that the caller reads, and note the others."""
        access = self._database.access
        for one in found:
            if not access.covers([one.tenant]):
                self.left_out.append(f"history/ rows/ {one.origin}: of a tenant that the asker does not read")
        return [one for one in found if access.covers([one.tenant])]

    async def _history(self, connection: Connection, one: History) -> None:
        size, first = stated_checkpoint(one.head).size, 0
        with self._archive.entry(f"{one.folder}/history.ndjson") as entry:
            while first < size:
                found = await events_of(connection, one.tenant, first, min(_AT_ONCE, size - first))
                if not found:
                    raise Refused(Fault.DAMAGED, f"the history of {one.tenant} ends before its head of {size}")
                entry.write(await asyncio.to_thread(_exported, found))
                first = found[-1].index + 1
        await self._add(f"{one.folder}/checkpoint.txt", one.head)
        for number, note in enumerate(one.rotations):
            await self._add(f"{one.folder}/rotation-{number:04}.txt", note)
        if self._key:
            await self._add(f"{one.folder}/key.txt", f"{self._key}\n".encode())

    async def _rows(self, connection: Connection, report: PublishedReport, tenants: Sequence[UUID]) -> None:
        found = [one for tenant in tenants for one in await tenants_where(connection, tenant_id=tenant)]
        await self._add("tenants.csv", tenant_lines(found))
        for add in (add_rows, add_intervals):
            left_out, partial = await add(connection, self._archive, report, tenants)
            self.left_out += left_out
            self.partial += partial

    async def _factors(self, connection: Connection, document: Mapping[str, Any]) -> None:
        catalogue = await self._catalogues.get(connection, document["rests"]["factorRelease"])
        await self._add(factors.SHEET, await asyncio.to_thread(factors.factor_lines, document, catalogue))

    async def _files_of(self, connection: Connection, report: PublishedReport, tenants: Sequence[UUID]) -> None:
        periods = [one.text for one in _periods(report)]
        found: list[tuple[str, Evidence]] = []
        copied: set[str] = set()
        for tenant in tenants:
            until = report.recorded_at
            for one in await evidence_of_days(connection, tenant, periods, days_of(report), until):
                path = f"evidence/{one.new.sha256}.{_ENDINGS.get(one.new.media_type, 'bin')}"
                if path not in copied:
                    await asyncio.to_thread(self._copy, one, path)
                    copied.add(path)
                found.append((path, one))
        await self._add("evidence/index.csv", evidence_lines(found))

    def _copy(self, one: Evidence, path: str) -> None:
        """Copy a file of evidence; raises `Refused` where it is not what was received."""
        try:
            source = self._evidence.path(one.new.tenant, one.new.sha256).open("rb")
        except FileNotFoundError:
            raise _damaged(one) from None
        with source, self._archive.entry(path) as entry:
            while piece := source.read(PIECE):
                entry.write(piece)
        if entry.packed.sha256 != one.new.sha256:
            raise _damaged(one)


def _histories(parts: SignedReport) -> list[History]:
    """Return the histories of a signed report, each up to the head that its proof ends with."""
    rotations = [(stated_rotation(note).origin, note) for note in parts.rotations]
    return [
        History(
            tenant_of(stated_checkpoint(one.after)), one.origin, one.after,
            [note for origin, note in rotations if origin == one.origin],
        )
        for one in parts.proofs
    ]  # fmt: skip


def _periods(report: PublishedReport) -> list[ReportingPeriod]:
    """Return the reporting periods that a report's months are or hold."""
    first, last = days_of(report)
    return [one for one in periods_of(first.year) if first <= one.first and one.last_day <= last]


def _exported(events: Sequence[Stored]) -> bytes:
    return b"".join(one.line() for one in events)


def _given(content: bytes) -> Callable[[], Awaitable[bytes]]:
    async def given() -> bytes:
        return content

    return given


def _damaged(one: Evidence) -> Refused:
    message = f"the file of the evidence {one.id} is not the one received, of SHA-256 {one.new.sha256}; restore it"
    return Refused(Fault.DAMAGED, message)
