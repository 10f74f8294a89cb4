"""Factor releases in the database: loaded once, never changed, assembled into a catalogue when first asked for."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import psycopg
from psycopg.types.json import Jsonb

from emission_factors import releases
from emission_factors.catalogue import Catalogue, Release
from emission_factors.releases import DatasetFiles, ReleaseChanged
from ledger.connections import Connection


class UnknownRelease(Exception):
    """There is no factor release of this number."""


_RELEASES: Final = "SELECT number, name, published_on, content_hash, note FROM factor_releases ORDER BY number"
_NEWEST: Final = """
SELECT max(number) FROM factor_releases WHERE %(known_at)s::timestamptz IS NULL
    OR recorded_at <= greatest(%(known_at)s, (SELECT min(recorded_at) FROM factor_releases))
"""
"""The newest release loaded by an instant. Before the first were loaded nothing was recorded; then those count."""
_MEMBERS: Final = """
SELECT dataset_id, metadata, factors, properties, sha256
FROM factor_release_members JOIN factor_datasets USING (dataset_id) WHERE number = %s
"""
_ADD_DATASET: Final = """
INSERT INTO factor_datasets (dataset_id, metadata, factors, properties, sha256) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_ADD_RELEASE: Final = """
INSERT INTO factor_releases (number, name, published_on, content_hash, note) VALUES (%s, %s, %s, %s, %s)
"""
_ADD_MEMBER: Final = "INSERT INTO factor_release_members (number, dataset_id) VALUES (%s, %s)"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7205759403792794)"


def load_shipped(owner_url: str) -> list[int]:
    """Put the releases that ship with the package into the database, as its owner; return the numbers added.

    Raises `ReleaseChanged` where the database holds other bytes under a number the package ships.
    """
    with psycopg.connect(owner_url) as connection:
        _lock(connection)
        known = {row[0]: row[3] for row in connection.execute(_RELEASES)}
        added = []
        for release in releases.shipped_releases():
            _refuse_other(release, known.get(release.number))
            if release.number not in known:
                _insert(connection, release, releases.shipped_members(release.number))
                added.append(release.number)
    return added


def add_release(owner_url: str, new: Mapping[str, DatasetFiles], note: str) -> Release:
    """Add a release that holds the newest one's data sets and new ones, as the database's owner; return it.

    A data set id that is in the database already must have the same bytes: editions are immutable. Raises
    `ReleaseChanged`.
    """
    with psycopg.connect(owner_url) as connection:
        _lock(connection)
        newest = [_release(row) for row in connection.execute(_RELEASES)][-1]
        rows = connection.execute(_MEMBERS, (newest.number,)).fetchall()
        members = {row[0]: _files(row) for row in rows}
        _refuse_changed(members, new)
        members.update(new)
        digest = releases.content_hash({name: files.sha256 for name, files in members.items()})
        published = connection.execute("SELECT current_date").fetchone()
        today = published[0] if published else newest.published_on
        release = Release(newest.number + 1, f"release {newest.number + 1}", today, digest, note)
        _insert(connection, release, members)
    return release


def _lock(connection: psycopg.Connection[psycopg.rows.TupleRow]) -> None:
    """Wait for whoever adds releases, and see from then on what it added."""
    connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
    connection.execute(_LOCK)


def _refuse_other(release: Release, known_hash: str | None) -> None:
    if known_hash is not None and known_hash != release.content_hash:
        raise ReleaseChanged(
            f"the database holds another factor release {release.number} ({known_hash}) than the package "
            f"({release.content_hash}); releases are immutable"
        )


def _refuse_changed(members: Mapping[str, DatasetFiles], new: Mapping[str, DatasetFiles]) -> None:
    for dataset_id, files in new.items():
        if dataset_id in members and members[dataset_id].sha256 != files.sha256:
            raise ReleaseChanged(
                f"data set {dataset_id} is in the database with other bytes; give a new edition a new id"
            )


def _insert(
    connection: psycopg.Connection[psycopg.rows.TupleRow], release: Release, members: Mapping[str, DatasetFiles]
) -> None:
    with connection.cursor() as cursor:
        details = [
            (name, Jsonb(dict(files.metadata)), files.factors, files.properties, files.sha256)
            for name, files in members.items()
        ]
        cursor.executemany(_ADD_DATASET, details)
        row = (release.number, release.name, release.published_on, release.content_hash, release.note)
        cursor.execute(_ADD_RELEASE, row)
        cursor.executemany(_ADD_MEMBER, [(release.number, name) for name in members])


class Catalogues:
    """The catalogues of a service, each made once from the database if not given."""

    def __init__(self, *made: Catalogue) -> None:
        self._lock = asyncio.Lock()
        self._made = {catalogue.release.number: catalogue for catalogue in made}

    def beside(self) -> "Catalogues":
        """Return the same catalogues for another event loop, which waits for nobody in this one."""
        found = Catalogues()
        found._made = self._made
        return found

    async def get(
        self, connection: Connection, number: int | None = None, known_at: datetime | None = None
    ) -> Catalogue:
        """Return the catalogue of a release, the newest loaded by `known_at` if no number is given.

        Raises `UnknownRelease`.
        """
        wanted = number if number is not None else await _newest(connection, known_at)
        if wanted in self._made:
            return self._made[wanted]
        known = {release.number: release for release in await all_releases(connection)}
        if wanted not in known:
            numbers = ", ".join(str(name) for name in known) or "none"
            raise UnknownRelease(f"there is no factor release {wanted}; there are {numbers}")
        async with self._lock:
            if wanted not in self._made:
                self._made[wanted] = await self._assemble(connection, known[wanted])
        return self._made[wanted]

    async def _assemble(self, connection: Connection, release: Release) -> Catalogue:
        rows = await (await connection.execute(_MEMBERS, (release.number,))).fetchall()
        members = {row[0]: _files(row) for row in rows}
        digest = releases.content_hash({name: files.sha256 for name, files in members.items()})
        if digest != release.content_hash:
            raise ReleaseChanged(f"release {release.number} no longer has the content it was published with")
        parsed = {name: await asyncio.to_thread(releases.parsed, files) for name, files in members.items()}
        return releases.assemble(release, parsed)


async def all_releases(connection: Connection) -> list[Release]:
    """Return every release in the database, oldest first."""
    return [_release(row) for row in await (await connection.execute(_RELEASES)).fetchall()]


async def _newest(connection: Connection, known_at: datetime | None) -> int:
    row = await (await connection.execute(_NEWEST, {"known_at": known_at})).fetchone()
    return row[0] or 0 if row else 0


def _release(row: tuple[object, ...]) -> Release:
    return Release(*row)  # type: ignore[arg-type]


def _files(row: tuple[object, ...]) -> DatasetFiles:
    """Make a data set's files of a row; the hash is computed anew, never believed."""
    dataset_id, metadata, factors, properties, _ = row
    return DatasetFiles(str(dataset_id), dict(metadata), str(factors), str(properties))  # type: ignore[call-overload]
