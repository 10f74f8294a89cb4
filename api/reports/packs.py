"""`GET /evidence/v1/packs/{id}.zip`: all that a published report rests on, as one file that is verified offline.

It is for those who read all of the subject, its keys included: auditors, administrators, operators. A report of
somebody else answers as one that does not exist. The pack is made on the disk, whole, before its first byte leaves: a
client that reads slowly holds no connection to the database, and nobody is given half a pack.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from api.evidence.folder import EvidenceFolder
from api.evidence.routes import EvidenceSettings
from api.faults import Fault, Refused
from api.reports.held_files import digest_headers, held
from api.reports.pack_archive import PIECE, Archive
from api.reports.pack_making import Pack
from api.reports.renderer import RETRY_AFTER_S
from api.reports.routes import ReportFiles, report_asked
from ledger.access import Access
from ledger.database import Database
from ledger.identity.principals import Right
from ledger.reports.published import PublishedReport
from schema.context import Service

PATH: Final = "/evidence/v1/packs/"
COST: Final = 1000
"""Points that a pack takes from its caller's budget: it renders four files and reads a history."""
RIGHTS: Final = ([Right.REPORT_READ], [Right.ACTIVITY_READ], [Right.KEY_READ])
"""What is in a pack: a report, what was posted, and a history, which shows who was given which key."""
WAITING: Final = 4
"""Requests that may wait while a pack is made; one is at a time."""
_ENDING: Final = ".zip"


class Packs:
    """The packs of one service."""

    def __init__(self, service: Service, files: ReportFiles, settings: EvidenceSettings) -> None:
        self._service, self._files = service, files
        self._folder, self._evidence = settings.folder, EvidenceFolder(settings.folder)
        self._turn = asyncio.Lock()
        self._asked = 0

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [Route(f"{PATH}{{name}}", self._files.callers.told(self.get))]

    async def get(self, request: Request) -> Response:
        """Answer a pack."""
        database = await self._files.callers.database(request, COST, *RIGHTS)
        report = await report_asked(database, _asked(request))
        _check_whole(database.access, report)
        async with self._made(database, report) as file:
            return await _answer(request, file, report)

    @asynccontextmanager
    async def _made(self, database: Database, report: PublishedReport) -> AsyncIterator[IO[bytes]]:
        """Make a pack in its turn; raises `Refused` where too many wait."""
        if self._asked > WAITING:
            raise Refused(Fault.BUSY, f"{self._asked} packs are asked for; try again in some seconds", RETRY_AFTER_S)
        self._asked += 1
        try:
            async with self._turn:
                yield await self._packed(database, report)
        finally:
            self._asked -= 1

    async def _packed(self, database: Database, report: PublishedReport) -> IO[bytes]:
        archive = await asyncio.to_thread(Archive, self._folder)
        key = self._service.signing_key
        pack = Pack(
            self._files, database, self._evidence, self._service.catalogues, key.public if key else None, archive
        )
        try:
            return await pack.made(report)
        except BaseException:
            archive.close()
            raise


def _asked(request: Request) -> str:
    name = str(request.path_params["name"])
    if not name.endswith(_ENDING) or request.query_params:
        raise Refused(Fault.NOT_FOUND, f"there is no such pack; accepted is {PATH}ID{_ENDING}, without parameters")
    return name.removesuffix(_ENDING)


def _check_whole(access: Access, report: PublishedReport) -> None:
    """Raise `Refused` for a caller that reads the report and not all of whom it is of."""
    park = report.of.park
    is_whole = access.sites is None and access.covers([report.of.tenant])
    if not is_whole or (park is not None and not access.has_whole_park(park)):
        raise Refused(Fault.NOT_FOUND, "there is no such report")


async def _answer(request: Request, file: IO[bytes], report: PublishedReport) -> Response:
    digest, size = await asyncio.to_thread(_measured, file)
    headers = digest_headers(digest)
    if answer := held(request, headers):
        file.close()
        return answer
    months = f"{report.of.first:%Y-%m}-{report.last:%Y-%m}"
    name = f"{report.of.kind}-{months}-v{report.version}-{report.sha256[:8]}{_ENDING}".lower()
    headers |= {"content-length": str(size), "content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=headers)


def _measured(file: IO[bytes]) -> tuple[bytes, int]:
    digest, size = hashlib.sha256(), 0
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    return digest.digest(), size


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while piece := await asyncio.to_thread(file.read, PIECE):
            yield piece
