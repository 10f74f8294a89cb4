"""Files are made two at a time; few wait, more are sent away, and what was made lately is not made again."""

import asyncio
from contextlib import AsyncExitStack
from typing import cast

import pytest

from api.faults import Fault, Refused
from api.identity.authentication import Authenticator
from api.limiting.limiter import Limiter
from api.reports import renderer
from api.reports.renderer import AT_ONCE, WAITING, Renderer, Wanted
from api.reports.routes import ReportFiles, _Asked
from ledger.database import Database
from ledger.releases import Catalogues
from ledger.reports.published import PublishedReport
from reports.rendering.canonical_json import fingerprint, to_canonical_json
from reports.rendering.languages import Language
from reports.rendering.renderings import Form
from schema.context import Service
from tests.reports.documents import document
from tests.world import NOW

pytestmark = pytest.mark.anyio
CONTENT = to_canonical_json(document())
WANTED = Wanted(fingerprint(CONTENT), Form.IXBRL, Language.EN)


class Counted:
    """Gives the document's bytes and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> bytes:
        self.times += 1
        return CONTENT


async def test_what_many_ask_for_at_once_is_made_once() -> None:
    made, counted = Renderer(), Counted()
    found = await asyncio.gather(*(made.rendered(WANTED, counted) for _ in range(4)))
    assert len({one.content for one in found}) == 1
    assert counted.times <= AT_ONCE, "two may have begun before either was through"
    assert await made.rendered(WANTED, counted) == found[0]
    assert counted.times <= AT_ONCE


async def test_what_two_made_at_once_is_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made, counted = Renderer(), Counted()
    first, _ = await asyncio.gather(*(made.rendered(WANTED, counted) for _ in range(2)))
    assert counted.times == 2
    monkeypatch.setattr(renderer, "KEPT_BYTES", len(first.content) * 3)
    await made.rendered(WANTED._replace(language=Language.ZH), counted)
    await made.rendered(WANTED, counted)
    assert counted.times == 3, "there is room for both"


async def test_what_was_asked_for_longest_ago_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    made, counted = Renderer(), Counted()
    first = await made.rendered(WANTED, counted)
    monkeypatch.setattr(renderer, "KEPT_BYTES", len(first.content) * 3 // 2)
    await made.rendered(WANTED._replace(language=Language.ZH), counted)
    await made.rendered(WANTED, counted)
    assert counted.times == 3


async def test_more_than_may_wait_are_sent_away() -> None:
    made, done = Renderer(), asyncio.Event()

    async def held() -> None:
        async with made.turn():
            await done.wait()

    waiting = [asyncio.create_task(held()) for _ in range(AT_ONCE + WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="18 files are being made") as refused:
        await made.rendered(WANTED, Counted())
    assert refused.value.fault is Fault.BUSY
    done.set()
    await asyncio.gather(*waiting)
    assert (await made.rendered(WANTED, Counted())).media_type == "application/xhtml+xml"


async def test_no_form_is_made_while_too_many_wait() -> None:
    databases = Database("postgresql://nowhere.invalid/none")
    service = Service(databases, Catalogues(), lambda: NOW)
    files = ReportFiles(service, cast("Authenticator", None), cast("Limiter", None))
    found = cast("PublishedReport", None)
    async with AsyncExitStack() as held:
        files.renderer._turns = asyncio.Semaphore(AT_ONCE + WAITING)
        for _ in range(AT_ONCE + WAITING):
            await held.enter_async_context(files.renderer.turn())
        for made in (files.signed(databases, found), files._form(databases, found, _Asked("", "json", Language.EN))):
            with pytest.raises(Refused, match="18 files are being made"):
                await made
