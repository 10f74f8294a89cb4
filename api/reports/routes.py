"""`GET /reports/v1/{id}.{form}`: a published report as json, xlsx, pdf or xhtml, and signed.json with its proofs.

What is answered are the same bytes each time, so the entity tag is the hash of the content. A report that is not the
caller's to read answers as one that does not exist.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from api.endpoints import Callers, check_parameters
from api.faults import Fault, Refused
from api.identity.authentication import Authenticator
from api.limiting.limiter import Limiter
from api.reports.held_files import digest_headers, held
from api.reports.renderer import Renderer, Wanted
from ledger.database import Database
from ledger.history.reading import NotSealed
from ledger.identity.principals import Right
from ledger.reports.proofs import proof_of
from ledger.reports.published import PublishedReport, ReportNotFound, content_of, report_of
from reports.packages import packed
from reports.rendering.languages import Language
from reports.rendering.renderings import RENDERERS, Form, Rendered, file_name
from schema.context import Service
from schema.errors import BadInput
from schema.global_ids import decode_uuid

PATH: Final = "/reports/v1/"
SIGNED: Final = "signed.json"
"""The ending of the signed file."""
FORMS: Final = {renderer.ending: form for form, renderer in RENDERERS.items()}
"""Ending -> form."""
COST: Final = 100
"""Points that a file takes from its caller's budget: a rendering takes a second of a processor."""
_PARAMETERS: Final = ("language",)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A file: of a report by its global id, with an ending, in a language."""

    id: str
    ending: str
    language: Language


class ReportFiles:
    """The files of published reports of one service."""

    def __init__(self, service: Service, authenticator: Authenticator, limiter: Limiter) -> None:
        self.callers = Callers(service, authenticator, limiter, "reports are for")
        self.renderer = Renderer()

    def routes(self) -> list[BaseRoute]:
        """Return the routes."""
        return [Route(f"{PATH}{{name}}", self.callers.told(self.get))]

    async def get(self, request: Request) -> Response:
        """Answer a file."""
        database = await self.callers.database(request, COST, [Right.REPORT_READ])
        asked = _asked(request)
        report = await report_asked(database, asked.id)
        made = await (self.signed(database, report) if asked.ending == SIGNED else self._form(database, report, asked))
        return _answer(request, made)

    async def _form(self, database: Database, report: PublishedReport, asked: _Asked) -> Rendered:
        form = FORMS[asked.ending]
        if form is Form.JSON:
            async with self.renderer.turn():
                content = await _content(database, report)
                document = await asyncio.to_thread(json.loads, content)
            return Rendered(content, RENDERERS[form].media_type, _json_name(report, document))
        language = asked.language if RENDERERS[form].has_language else Language.EN

        return await self.renderer.rendered(Wanted(report.sha256, form, language), lambda: _content(database, report))

    async def signed(self, database: Database, report: PublishedReport) -> Rendered:
        """Return the signed file of a report that the caller was found to read; raises `Refused`."""
        async with self.renderer.turn():
            content = await _content(database, report)
            document = await asyncio.to_thread(json.loads, content)
            try:
                proof = await proof_of(database, report, document["rests"]["heads"])
            except NotSealed as error:
                raise Refused(Fault.NOT_SEALED, str(error)) from None
            file = await asyncio.to_thread(packed, report, content, proof)
        return Rendered(file, "application/json", _json_name(report, document).removesuffix("json") + SIGNED)


async def report_asked(database: Database, text: str) -> PublishedReport:
    """Return the report of a global id; raises `Refused` where it is none, or the caller does not read it."""
    try:
        async with database.snapshot() as connection:
            return await report_of(connection, decode_uuid(text, "Report"))
    except BadInput as error:
        raise Refused(Fault.BAD_REQUEST, f"id: {error}") from None
    except ReportNotFound:
        raise Refused(Fault.NOT_FOUND, "there is no such report") from None


async def _content(database: Database, report: PublishedReport) -> bytes:
    async with database.snapshot() as connection:
        return await content_of(connection, report)


def _json_name(report: PublishedReport, document: Mapping[str, Any]) -> str:
    months = f"{report.of.first:%Y-%m}-{report.last:%Y-%m}"
    code = document["subject"]["code"]
    return file_name(report.of.kind, code, months, report.version, Form.JSON, Language.EN)


def _asked(request: Request) -> _Asked:
    key, _, ending = str(request.path_params["name"]).partition(".")
    if ending != SIGNED and ending not in FORMS:
        accepted = ", ".join([*FORMS, SIGNED])
        raise Refused(Fault.NOT_FOUND, f"there is no form {ending[:40]!r}; there are {accepted}")
    check_parameters(request, _PARAMETERS)
    text = request.query_params.get("language", Language.EN.value)
    if text not in list(Language):
        raise Refused(Fault.BAD_REQUEST, f"language is {text[:20]!r}; accepted are {', '.join(Language)}")
    return _Asked(key, ending, Language(text))


def _answer(request: Request, made: Rendered) -> Response:
    """Return the file, or that the caller has it."""
    headers = digest_headers(sha256(made.content).digest())
    if answer := held(request, headers):
        return answer
    headers["content-disposition"] = f'attachment; filename="{made.file_name}"'
    return Response(made.content, media_type=made.media_type, headers=headers)
