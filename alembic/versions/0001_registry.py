"""The service's role, the guard of append-only tables, and the registry: parks, tenants, sites, sources.

The service works as `parkledger_service`, which owns nothing and bypasses nothing. Row security is forced on every
tenant table from the start: writes see the tenant bound by `SET LOCAL app.tenant`, reads also see all tenants while
`app.reach` is `all`. Roles belong to the whole server, so a downgrade takes the grants back and leaves the role.
"""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'parkledger_service') THEN
        CREATE ROLE parkledger_service NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server was migrated at the same moment
END
$$;
"""

MEMBERSHIP = """
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'parkledger_service', 'MEMBER') THEN
        EXECUTE format('GRANT parkledger_service TO %I', current_user);
    END IF;
END
$$;
"""

GUARD = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: the table is append-only; post a correction', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""

TENANT_BOUND = """
CREATE FUNCTION bound_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.tenant', true), '')::uuid
$$;
CREATE FUNCTION reaches_all() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('app.reach', true), '') = 'all'
$$;
"""

TABLES = """
CREATE TABLE parks (
    park_id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_zh text NOT NULL,
    region text NOT NULL,
    time_zone text NOT NULL,
    proxy_regions text[] NOT NULL DEFAULT '{}',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT parks_pkey PRIMARY KEY (park_id),
    CONSTRAINT parks_code_key UNIQUE (code)
);
CREATE TABLE tenants (
    tenant_id uuid NOT NULL,
    park_id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_zh text NOT NULL,
    is_operator boolean NOT NULL DEFAULT false,
    industry_code text NOT NULL DEFAULT '',
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id),
    CONSTRAINT tenants_park_fkey FOREIGN KEY (park_id) REFERENCES parks (park_id)
);
CREATE INDEX tenants_park_code_idx ON tenants (park_id, code);
CREATE TABLE sites (
    tenant_id uuid NOT NULL,
    site_id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_zh text NOT NULL,
    region text NOT NULL,
    time_zone text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sites_pkey PRIMARY KEY (tenant_id, site_id),
    CONSTRAINT sites_code_key UNIQUE (tenant_id, code),
    CONSTRAINT sites_tenant_fkey FOREIGN KEY (tenant_id) REFERENCES tenants (tenant_id)
);
CREATE TABLE sources (
    tenant_id uuid NOT NULL,
    source_id uuid NOT NULL,
    site_id uuid NOT NULL,
    code text NOT NULL,
    name_en text NOT NULL,
    name_zh text NOT NULL,
    kind text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT sources_pkey PRIMARY KEY (tenant_id, source_id),
    CONSTRAINT sources_code_key UNIQUE (tenant_id, code),
    CONSTRAINT sources_site_fkey FOREIGN KEY (tenant_id, site_id) REFERENCES sites (tenant_id, site_id)
);
"""

SECURED = ("tenants", "sites", "sources")


def secure(table: str) -> str:
    """Return the statements that force row security on a tenant table and let the service read and append."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT
        USING (tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all()));
    CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()));
    GRANT SELECT, INSERT ON {table} TO parkledger_service;
    """


def upgrade() -> None:
    """Create the role, the guard and the registry."""
    op.execute(ROLE)
    op.execute(MEMBERSHIP)
    op.execute("GRANT USAGE ON SCHEMA public TO parkledger_service")
    op.execute(GUARD)
    op.execute(TENANT_BOUND)
    op.execute(TABLES)
    for table in SECURED:
        op.execute(secure(table))
    op.execute("GRANT SELECT, INSERT ON parks TO parkledger_service")


def downgrade() -> None:
    """Drop the registry and take the grants back; the role may serve other databases and stays."""
    op.execute("DROP TABLE sources, sites, tenants, parks")
    op.execute("DROP FUNCTION reaches_all(), bound_tenant(), refuse_change()")
    op.execute("REVOKE USAGE ON SCHEMA public FROM parkledger_service")
