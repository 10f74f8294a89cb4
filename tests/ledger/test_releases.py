"""Factor releases in the database: the shipped bytes, once, and what users add."""

from dataclasses import replace

import psycopg
import pytest

from emission_factors.releases import DatasetFiles, ReleaseChanged, shipped_catalogue, shipped_files, shipped_releases
from ledger.releases import Catalogues, UnknownRelease, add_release, all_releases, load_shipped
from ledger.setup import Databases, prepare
from tests.world import opened

pytestmark = pytest.mark.anyio


async def test_the_database_gives_back_the_shipped_catalogue(databases: Databases) -> None:
    assert load_shipped(databases.owner_url) == []
    async with opened(databases) as database, database.snapshot() as connection:
        known = await all_releases(connection)
        assert [found.content_hash for found in known][:3] == [found.content_hash for found in shipped_releases()]
        catalogue = await Catalogues().get(connection, 3)
        assert dict(catalogue.factors) == dict(shipped_catalogue(3).factors)


async def test_an_unknown_release_names_those_there_are(databases: Databases) -> None:
    async with opened(databases) as database, database.snapshot() as connection:
        with pytest.raises(UnknownRelease, match="no factor release 99; there are 1, 2, 3"):
            await Catalogues().get(connection, 99)


async def test_a_users_edition_becomes_the_next_release(fresh: Databases) -> None:
    prepare(fresh)
    shipped = shipped_files()["uk-spend-2004-2009"]
    new = DatasetFiles("my-spend", {**shipped.metadata, "dataset_id": "my-spend"}, shipped.factors, "")
    release = add_release(fresh.owner_url, {"my-spend": new}, "mine")
    assert release.number == 4
    async with opened(fresh) as database, database.snapshot() as connection:
        catalogues = Catalogues()
        newest = await catalogues.get(connection)
        assert newest.release.content_hash == release.content_hash
        assert "my-spend:UK-24-2009" in newest.factors or any(key.startswith("my-spend:") for key in newest.factors)
        older = await catalogues.get(connection, 3)
        assert not any(key.startswith("my-spend:") for key in older.factors)


def test_an_edition_cannot_be_replaced_by_other_bytes(fresh: Databases) -> None:
    prepare(fresh)
    shipped = shipped_files()["uk-spend-2004-2009"]
    with pytest.raises(ReleaseChanged, match="uk-spend-2004-2009"):
        add_release(
            fresh.owner_url, {"uk-spend-2004-2009": replace(shipped, factors=shipped.factors + "\n")}, "tampered"
        )
    with psycopg.connect(fresh.owner_url) as connection:
        assert connection.execute("SELECT max(number) FROM factor_releases").fetchone() == (3,)


async def test_bytes_changed_behind_our_back_are_not_used(fresh: Databases) -> None:
    prepare(fresh)
    with psycopg.connect(fresh.owner_url) as connection:
        connection.execute("ALTER TABLE factor_datasets DISABLE TRIGGER ALL")
        statement = (
            "UPDATE factor_datasets SET factors = replace(factors, '0.4419', '0.4418') WHERE dataset_id LIKE 'cn-mee%'"
        )
        connection.execute(statement)
    async with opened(fresh) as database, database.snapshot() as connection:
        with pytest.raises(ReleaseChanged, match="release 3"):
            await Catalogues().get(connection, 3)
