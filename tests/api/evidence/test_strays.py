"""Files of evidence that no row names: found and removed when they are old, and none that somebody keeps."""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from api.evidence.folder import EvidenceFolder
from api.evidence.strays import AGE, Strays, remove_strays
from api.ingest.spool import Received
from ledger.database import Database, opened
from ledger.reporting.evidence import EvidenceSubject, NewEvidence, add_evidence, nobody_keeps
from ledger.setup import Databases
from tests.world import world

pytestmark = pytest.mark.anyio
CONTENT = b"a bill"


class Kept:
    """A folder of evidence with what a tenant keeps in it."""

    def __init__(self, root: Path, database: Database, tenant: UUID) -> None:
        self.folder, self.database, self.tenant, self.root = EvidenceFolder(root), database, tenant, root

    def put(self, content: bytes, tenant: UUID | None = None) -> Path:
        """Keep a file without a row."""
        received = self.root / f"{uuid4()}.part"
        received.write_bytes(content)
        self.folder.keep(Received(received, sha256(content).digest(), len(content)), tenant or self.tenant)
        return self.folder.path(tenant or self.tenant, sha256(content).hexdigest())

    async def add(self, content: bytes) -> Path:
        """Keep a file with its row."""

        async def keep() -> None:
            self.put(content)

        digest = sha256(content).hexdigest()
        new = NewEvidence(self.tenant, digest, "text/plain", len(content), "a.txt", EvidenceSubject.PERIOD,
                          "MONTH 2024-03")  # fmt: skip
        await add_evidence(self.database, new, keep)
        return self.folder.path(self.tenant, digest)

    async def removed(self, after: timedelta = AGE) -> Strays:
        """Remove strays as so much later."""
        return await remove_strays(self.database, self.folder, datetime.now(UTC) + after + timedelta(seconds=1))


async def test_a_file_that_no_row_names_is_removed_when_it_is_old(databases: Databases, tmp_path: Path) -> None:
    async with world(databases) as here:
        kept = Kept(tmp_path, here.database, here.tenant)
        named, stray, young = await kept.add(CONTENT), kept.put(b"left by a commit that failed"), kept.put(b"young")
        later = datetime.now(UTC).timestamp() + 60
        os.utime(young, (later, later))
        foreign = kept.put(b"of another database", uuid4())
        odd = stray.parent / "notes.txt"
        odd.write_bytes(b"nobody's")
        assert await kept.removed(timedelta(0) - timedelta(minutes=5)) == Strays()
        assert await kept.removed() == Strays(removed=1, byte_count=28, foreign=1)
        assert [path.exists() for path in (named, stray, young, foreign, odd)] == [True, False, True, True, True]
        assert await kept.removed() == Strays(foreign=1)


async def test_none_is_removed_while_somebody_keeps_one(databases: Databases, tmp_path: Path) -> None:
    async with world(databases) as here, opened(databases.service_url, 2) as other:
        kept = Kept(tmp_path, here.database, here.tenant)
        stray = kept.put(b"sent again")
        found = Strays()

        async def keep() -> None:
            nonlocal found
            kept.put(b"sent again")
            found = await remove_strays(other, kept.folder, datetime.now(UTC) + AGE + timedelta(seconds=1))

        new = NewEvidence(here.tenant, stray.name, "text/plain", 10, "a.txt", EvidenceSubject.PERIOD, "MONTH 2024-03")
        await add_evidence(here.database, new, keep)
        assert (found, stray.exists()) == (Strays(is_put_off=True), True)
        assert (await kept.removed(), stray.exists()) == (Strays(), True), "it has a row now"


async def test_one_that_was_written_again_since_it_was_seen_stays(databases: Databases, tmp_path: Path) -> None:
    async with world(databases) as here:
        kept = Kept(tmp_path, here.database, here.tenant)
        path = kept.put(CONTENT)
        [seen] = kept.folder.kept_before(datetime.now(UTC) + timedelta(seconds=1))
        os.utime(path, (1, 1))
        assert (kept.folder.remove(seen), path.exists()) == (False, True)
        [seen] = kept.folder.kept_before(datetime.now(UTC))
        assert (kept.folder.remove(seen), path.exists(), kept.folder.remove(seen)) == (True, False, False)


async def test_one_who_removes_is_alone(databases: Databases) -> None:
    async with opened(databases.service_url, 2) as database, opened(databases.service_url, 2) as other:
        async with nobody_keeps(database) as first, nobody_keeps(other) as second:
            assert (first is not None, second) == (True, None)
        async with nobody_keeps(other) as again:
            assert again is not None
