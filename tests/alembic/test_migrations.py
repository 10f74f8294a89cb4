"""Every migration goes up and down; after each step the guards are what they were on the way up."""

import psycopg
import pytest

from ledger import migrate
from ledger.setup import Databases
from ledger.tables import metadata

TRIGGERS = """
SELECT relname, tgname, tgenabled::text, pg_get_triggerdef(pg_trigger.oid)
FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid WHERE NOT tgisinternal ORDER BY 1, 2
"""
OBJECTS = """
SELECT 'table ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'policy ' || tablename || ' ' || policyname FROM pg_policies
UNION ALL SELECT 'grant ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
    WHERE grantee = 'parkledger_service'
ORDER BY 1
"""


def state(url: str) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return connection.execute(TRIGGERS).fetchall(), connection.execute(OBJECTS).fetchall()


def test_history_is_linear() -> None:
    assert migrate.revisions() == sorted(migrate.revisions())
    assert migrate.revisions()[0] == "0001"
    assert migrate.revisions()[-1] == migrate.newest()


def test_only_the_newest_revision_is_current(fresh: Databases) -> None:
    def is_current() -> bool:
        with psycopg.connect(fresh.owner_url) as connection:
            return migrate.is_current(connection)

    assert not is_current(), "not migrated at all"
    migrate.upgrade(fresh.owner_url, migrate.revisions()[-2])
    assert not is_current()
    migrate.upgrade(fresh.owner_url)
    assert is_current()


def test_each_step_up_and_down_and_up_again(fresh: Databases) -> None:
    url = fresh.owner_url
    revisions = migrate.revisions()
    seen = [state(url)]
    for revision in revisions:
        migrate.upgrade(url, revision)
        seen.append(state(url))
    assert seen[-1][0], "the ledger has guards"
    for position in range(len(revisions) - 1, -1, -1):
        migrate.downgrade(url, revisions[position - 1] if position else "base")
        assert without_version_table(state(url)) == without_version_table(seen[position])
    for position, revision in enumerate(revisions, 1):
        migrate.upgrade(url, revision)
        assert without_version_table(state(url)) == without_version_table(seen[position])


def without_version_table(
    found: tuple[list[tuple[object, ...]], list[tuple[object, ...]]],
) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    """Alembic keeps its own table when everything else is gone."""
    return found[0], [row for row in found[1] if row != ("table alembic_version",)]


def test_every_tenant_table_forces_row_security(databases: Databases) -> None:
    query = """
    SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'tenant_id')
    """
    with psycopg.connect(databases.owner_url) as connection:
        rows = connection.execute(query).fetchall()
    assert len(rows) >= 9
    assert [row for row in rows if not (row[1] and row[2])] == []


def test_tenant_comes_first_in_every_key(databases: Databases) -> None:
    query = """
    SELECT conrelid::regclass::text, conname, attname
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype IN ('p', 'u', 'f') AND connamespace = 'public'::regnamespace
        AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = conrelid AND attname = 'tenant_id')
    """
    with psycopg.connect(databases.owner_url) as connection:
        rows = connection.execute(query).fetchall()
    # A tenant's park is the one reference that leads out of the tenant.
    assert [row for row in rows if row[2] != "tenant_id"] == [("tenants", "tenants_park_fkey", "park_id")]


def test_declared_tables_are_the_migrated_ones(databases: Databases) -> None:
    query = """
    SELECT table_name, column_name, is_nullable, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = ANY(%s)
    """
    declared = {
        (table.name, column.name, "YES" if column.nullable else "NO")
        for table in metadata.sorted_tables
        for column in table.columns
    }
    with psycopg.connect(databases.owner_url) as connection:
        names = [table.name for table in metadata.sorted_tables]
        found = {row[:3] for row in connection.execute(query, (names,)).fetchall()}
    assert declared == found


@pytest.mark.parametrize(
    "table",
    [
        "activities",
        "activity_versions",
        "postings",
        "own_factors",
        "factor_releases",
        "instruments",
        "interval_series",
        "interval_readings",
        "recordings",
        "change_spans",
        "cell_changes",
        "archived_months",
        "archived_cells",
        "archived_versions",
        "access_grants",
        "access_revocations",
        "history",
        "checkpoints",
        "log_rotations",
        "period_events",
        "period_comments",
        "evidence",
        "adjustments",
        "report_receipts",
        "reports",
        "report_recipients",
        "report_withdrawals",
        "webhook_targets",
        "webhook_changes",
        "webhook_deliveries",
        "webhook_attempts",
    ],
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET recorded_at = now()", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_append_only_tables_refuse_even_their_owner(databases: Databases, table: str, statement: str) -> None:
    if table == "activity_versions":
        statement = statement.replace("recorded_at = now()", "version = 1")
    column = "relation" if table == "archived_months" else "tenant_id"
    statement = statement.replace("recorded_at = now()", f"{column} = {column}")
    with psycopg.connect(databases.owner_url) as connection:
        guards = connection.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled = 'A' AND NOT tgisinternal",
            (table,),
        ).fetchone()
        assert guards == (2,)
        if statement.startswith("TRUNCATE"):
            with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
                connection.execute(statement.format(table).encode())
