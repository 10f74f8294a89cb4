"""Rows no longer name their site and their source to the database one by one: the sets of them are checked instead.

Looking up two references for every row costs about as much as writing it. Neither can lead nowhere: the service takes
both from the registry in the transaction, nobody may change or delete what is in the registry (its tables are given the
guard of the ledger's here), every cell still names its site, and `parkledger check` looks all of them up as sets.
See docs/decisions/0018-references-as-sets.md.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REGISTRY = ("sites", "sources")


def guard(table: str) -> str:
    """Return the statements that refuse DELETE and TRUNCATE to everyone, and changes of what other rows name it by."""
    return f"""
    CREATE TRIGGER {table}_no_delete BEFORE DELETE OR UPDATE OF tenant_id, {table[:-1]}_id ON {table}
        FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_delete;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def upgrade() -> None:
    """Drop the two references and guard what they led to."""
    op.execute("ALTER TABLE activities DROP CONSTRAINT activities_site_fkey")
    op.execute("ALTER TABLE activity_versions DROP CONSTRAINT activity_versions_source_fkey")
    for table in REGISTRY:
        op.execute(guard(table))


def downgrade() -> None:
    """Take the guards away and let the database look up every row again; it checks those that are there."""
    for table in REGISTRY:
        op.execute(f"DROP TRIGGER {table}_no_delete ON {table}; DROP TRIGGER {table}_no_truncate ON {table}")
    op.execute(
        "ALTER TABLE activities ADD CONSTRAINT activities_site_fkey FOREIGN KEY (tenant_id, site_id) "
        "REFERENCES sites (tenant_id, site_id)"
    )
    op.execute(
        "ALTER TABLE activity_versions ADD CONSTRAINT activity_versions_source_fkey FOREIGN KEY (tenant_id, source_id) "
        "REFERENCES sources (tenant_id, source_id)"
    )
