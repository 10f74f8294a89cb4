"""Factor releases: immutable data sets, kept byte for byte, and the numbered releases made of them.

A data set is stored as the text of its files. What a footprint was computed with last year can be computed again after
any upgrade, because the release is in the database and not only in the package.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE factor_datasets (
    dataset_id text NOT NULL,
    metadata jsonb NOT NULL,
    factors text NOT NULL,
    properties text NOT NULL,
    sha256 text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT factor_datasets_pkey PRIMARY KEY (dataset_id)
);
CREATE TABLE factor_releases (
    number integer NOT NULL,
    name text NOT NULL,
    published_on date NOT NULL,
    content_hash text NOT NULL,
    note text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT factor_releases_pkey PRIMARY KEY (number),
    CONSTRAINT factor_releases_content_hash_key UNIQUE (content_hash)
);
CREATE TABLE factor_release_members (
    number integer NOT NULL,
    dataset_id text NOT NULL,
    CONSTRAINT factor_release_members_pkey PRIMARY KEY (number, dataset_id),
    CONSTRAINT factor_release_members_release_fkey FOREIGN KEY (number) REFERENCES factor_releases (number),
    CONSTRAINT factor_release_members_dataset_fkey FOREIGN KEY (dataset_id) REFERENCES factor_datasets (dataset_id)
);
"""

GUARDED = ("factor_datasets", "factor_releases", "factor_release_members")


def upgrade() -> None:
    """Create the three tables, append-only for everyone."""
    op.execute(TABLES)
    for table in GUARDED:
        op.execute(
            f"""
            CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION refuse_change();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
            ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
            GRANT SELECT ON {table} TO parkledger_service;
            """
        )


def downgrade() -> None:
    """Drop the three tables."""
    op.execute("DROP TABLE factor_release_members, factor_releases, factor_datasets")
