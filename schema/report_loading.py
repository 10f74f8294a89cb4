"""Loaders of published reports: those of a page are read together. They belong to one operation, as its others do."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader

from ledger.connections import Connection
from ledger.reports.published import (
    PublishedReport,
    Recipient,
    parts_of,
    recipients_of,
    reports_by_id,
    superseding,
)
from ledger.reports.receipts import ReportReceipt, receipts_of
from ledger.reports.staleness import Moved, moved_since

Read = Callable[[], AbstractAsyncContextManager[Connection]]
"""Takes the operation's snapshot."""


class ReportLoaders:
    """What is read of reports beside their rows. None refers to itself, so that nothing is left to collect."""

    def __init__(self, read: Read) -> None:
        self.by_id: DataLoader[UUID, PublishedReport | None] = DataLoader(partial(_load, read))
        self.superseding: DataLoader[UUID, PublishedReport | None] = DataLoader(partial(_load_superseding, read))
        self.recipients: DataLoader[UUID, list[Recipient]] = DataLoader(partial(_load_recipients, read))
        self.receipts: DataLoader[UUID, list[ReportReceipt]] = DataLoader(partial(_load_receipts, read))
        self.moved: DataLoader[tuple[PublishedReport, int], list[Moved] | None] = DataLoader(partial(_load_moved, read))
        self.parts: DataLoader[UUID, dict[str, Any]] = DataLoader(partial(_load_parts, read))


async def _load(read: Read, keys: list[UUID]) -> list[PublishedReport | None]:
    async with read() as connection:
        found = await reports_by_id(connection, keys)
    return [found.get(key) for key in keys]


async def _load_superseding(read: Read, keys: list[UUID]) -> list[PublishedReport | None]:
    async with read() as connection:
        found = await superseding(connection, keys)
    return [found.get(key) for key in keys]


async def _load_recipients(read: Read, keys: list[UUID]) -> list[list[Recipient]]:
    async with read() as connection:
        found = await recipients_of(connection, keys)
    return [found[key] for key in keys]


async def _load_receipts(read: Read, keys: list[UUID]) -> list[list[ReportReceipt]]:
    async with read() as connection:
        found = await receipts_of(connection, keys)
    return [[one for one in found if one.report == key] for key in keys]


async def _load_moved(read: Read, keys: list[tuple[PublishedReport, int]]) -> list[list[Moved] | None]:
    async with read() as connection:
        return await moved_since(connection, keys)


async def _load_parts(read: Read, keys: list[UUID]) -> list[dict[str, Any]]:
    async with read() as connection:
        found = await parts_of(connection, keys)
    return [found[key] for key in keys]
