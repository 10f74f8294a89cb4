"""Who may do what, and policies by the tenants a caller reaches.

- `access_grants` says what one API key, or whoever presents one claim of an identity provider, may do. A key is stored
  as a digest that the service's role cannot select; `found_grants` tells it of the handle asked for, and with it what
  the grant reaches, in one look-up. `access_revocations` are events; the earliest instant of a grant's holds.
- Reads see the tenants of `app.tenants`, the registry also those of `app.named`, and of parks the rows of `app.parks`;
  `app.sites` narrows what has a site to those sites. A setting that was never set shows nothing and narrows nothing.
"""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REACHED = """
CREATE FUNCTION reached_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.tenants', true), '')::uuid[]
$$;
CREATE FUNCTION named_tenants() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.named', true), '')::uuid[]
$$;
CREATE FUNCTION reached_parks() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.parks', true), '')::uuid[]
$$;
CREATE FUNCTION reached_sites() RETURNS uuid[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.sites', true), '')::uuid[]
$$;
"""

TABLES = """
CREATE TABLE access_grants (
    tenant_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    kind text NOT NULL,
    handle text NOT NULL,
    digest bytea,
    system text NOT NULL,
    role text NOT NULL,
    rights text[] NOT NULL,
    sites uuid[],
    named uuid[] NOT NULL DEFAULT '{}',
    not_before timestamptz NOT NULL,
    expires_at timestamptz,
    granted_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_grants_pkey PRIMARY KEY (tenant_id, grant_id),
    CONSTRAINT access_grants_kind_check CHECK (kind IN ('KEY', 'CLAIM')),
    CONSTRAINT access_grants_digest_check CHECK ((kind = 'KEY') = (digest IS NOT NULL)),
    CONSTRAINT access_grants_role_check CHECK (role IN ('PLATFORM', 'PARK_OPERATOR', 'TENANT_ADMINISTRATOR',
        'CONTRIBUTOR', 'REVIEWER', 'REGULATOR', 'AUDITOR')),
    CONSTRAINT access_grants_regulator_check CHECK (role <> 'REGULATOR' OR expires_at IS NOT NULL),
    CONSTRAINT access_grants_platform_check CHECK
        ((role = 'PLATFORM') = (tenant_id = '00000000-0000-0000-0000-000000000000'))
);
CREATE INDEX access_grants_handle_idx ON access_grants (handle);
CREATE INDEX access_grants_system_idx ON access_grants (tenant_id, system);
CREATE TABLE access_revocations (
    tenant_id uuid NOT NULL,
    revocation_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    effective_at timestamptz NOT NULL,
    reason text NOT NULL,
    revoked_by text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT access_revocations_pkey PRIMARY KEY (tenant_id, revocation_id),
    CONSTRAINT access_revocations_grant_fkey FOREIGN KEY (tenant_id, grant_id)
        REFERENCES access_grants (tenant_id, grant_id)
);
CREATE INDEX access_revocations_grant_idx ON access_revocations (tenant_id, grant_id);
CREATE TABLE access_uses (
    tenant_id uuid NOT NULL,
    grant_id uuid NOT NULL,
    last_used_at timestamptz NOT NULL,
    CONSTRAINT access_uses_pkey PRIMARY KEY (tenant_id, grant_id),
    CONSTRAINT access_uses_grant_fkey FOREIGN KEY (tenant_id, grant_id) REFERENCES access_grants (tenant_id, grant_id)
);
"""

FUNCTIONS = """
CREATE FUNCTION found_grants(handles text[]) RETURNS TABLE (
    tenant_id uuid, grant_id uuid, handle text, digest bytea, role text, rights text[], sites uuid[], named uuid[],
    not_before timestamptz, expires_at timestamptz, revoked_at timestamptz, park_id uuid, park_tenants uuid[],
    named_parks uuid[], used_at timestamptz, at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
-- What the handles presented may do; nothing of any other. A function may be made with SET app.reach by a superuser
-- alone, and the owner of a database need not be one.
#variable_conflict use_column
DECLARE
    reach text := coalesce(current_setting('app.reach', true), '');
BEGIN
    PERFORM set_config('app.reach', 'all', true);
    RETURN QUERY SELECT found.tenant_id, found.grant_id, found.handle, found.digest, found.role, found.rights,
        found.sites, found.named, found.not_before, found.expires_at,
        (SELECT min(gone.effective_at) FROM access_revocations AS gone
         WHERE gone.tenant_id = found.tenant_id AND gone.grant_id = found.grant_id),
        tenant.park_id,
        CASE WHEN found.role = 'PARK_OPERATOR'
            THEN ARRAY(SELECT other.tenant_id FROM tenants AS other WHERE other.park_id = tenant.park_id)
            ELSE '{}'::uuid[] END,
        ARRAY(SELECT DISTINCT other.park_id FROM tenants AS other WHERE other.tenant_id = ANY(found.named)),
        (SELECT use.last_used_at FROM access_uses AS use
         WHERE use.tenant_id = found.tenant_id AND use.grant_id = found.grant_id),
        statement_timestamp()
    FROM access_grants AS found LEFT JOIN tenants AS tenant ON tenant.tenant_id = found.tenant_id
    WHERE found.handle = ANY(handles)
    ORDER BY found.tenant_id, found.grant_id;
    PERFORM set_config('app.reach', reach, true);
END
$$;
CREATE FUNCTION note_use(of_tenant uuid, of_grant uuid, at timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    reach text := coalesce(current_setting('app.reach', true), '');
BEGIN
    PERFORM set_config('app.reach', 'all', true);
    INSERT INTO access_uses AS known VALUES (of_tenant, of_grant, date_trunc('minute', at))
    ON CONFLICT (tenant_id, grant_id) DO UPDATE SET last_used_at = excluded.last_used_at
    WHERE known.last_used_at < excluded.last_used_at;
    PERFORM set_config('app.reach', reach, true);
END
$$;
REVOKE ALL ON FUNCTION found_grants(text[]), note_use(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION found_grants(text[]), note_use(uuid, uuid, timestamptz) TO parkledger_service;
"""

REWRITE = """
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public' AND cmd = 'SELECT'
        AND qual LIKE '%tenant_id%reaches_all()%'
    LOOP
        EXECUTE format('ALTER POLICY %I ON %I USING ({using})', found.policyname, found.tablename);
    END LOOP;
END
$$;
"""
BY_TENANT = "tenant_id = (SELECT bound_tenant()) OR (SELECT reaches_all())"
BY_REACH = (
    "tenant_id = (SELECT bound_tenant()) OR tenant_id = ANY ((SELECT reached_tenants())::uuid[]) "
    "OR (SELECT reaches_all())"
)
NAMED = ("tenants", "sites")
NARROWED = ("sites", "sources", "activities", "quantity_cells", "interval_cells")
SERIES_NARROWED = """
CREATE POLICY interval_series_narrowed ON interval_series AS RESTRICTIVE USING (
    (SELECT reached_sites()) IS NULL OR EXISTS (
        SELECT FROM sources AS source
        WHERE source.tenant_id = interval_series.tenant_id AND source.source_id = interval_series.source_id
    )
)
"""
GRANTED = ("access_grants", "access_revocations", "access_uses")
COLUMNS = (
    "tenant_id, grant_id, kind, handle, system, role, rights, sites, named, not_before, expires_at, granted_by, "
    "recorded_at"
)


def secure(table: str) -> str:
    """Return the statements that force row security on a table; a grant of the whole service is made by its owner."""
    return f"""
    ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY {table}_read ON {table} FOR SELECT USING ({BY_REACH});
    """


def guard(table: str) -> str:
    """Return the statements that refuse changes to everyone."""
    return f"""
    CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change;
    CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
    ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate;
    """


def upgrade() -> None:
    """Make the tables of grants, and let reads see what a caller reaches."""
    op.execute(REACHED)
    op.execute(REWRITE.format(using=BY_REACH))
    for table in NAMED:
        op.execute(
            f"CREATE POLICY {table}_named ON {table} FOR SELECT "
            "USING (tenant_id = ANY ((SELECT named_tenants())::uuid[]))"
        )
    for table in NARROWED:
        op.execute(
            f"CREATE POLICY {table}_narrowed ON {table} AS RESTRICTIVE "
            "USING ((SELECT reached_sites()) IS NULL OR site_id = ANY ((SELECT reached_sites())::uuid[]))"
        )
    op.execute(SERIES_NARROWED)
    op.execute("ALTER TABLE parks ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE parks FORCE ROW LEVEL SECURITY")
    op.execute(
        "CREATE POLICY parks_read ON parks FOR SELECT "
        "USING (park_id = ANY ((SELECT reached_parks())::uuid[]) OR (SELECT reaches_all()))"
    )
    op.execute("CREATE POLICY parks_append ON parks FOR INSERT WITH CHECK ((SELECT reaches_all()))")
    op.execute(TABLES)
    for table in GRANTED:
        op.execute(secure(table))
    for table in ("access_grants", "access_revocations"):
        op.execute(guard(table))
        op.execute(
            f"CREATE POLICY {table}_append ON {table} FOR INSERT WITH CHECK (tenant_id = (SELECT bound_tenant()))"
        )
        op.execute(f"GRANT INSERT ON {table} TO parkledger_service")
    op.execute("CREATE POLICY access_uses_write ON access_uses FOR ALL USING ((SELECT reaches_all()))")
    op.execute(f"GRANT SELECT ({COLUMNS}) ON access_grants TO parkledger_service")
    op.execute("GRANT SELECT ON access_revocations, access_uses TO parkledger_service")
    op.execute(FUNCTIONS)


def downgrade() -> None:
    """Drop the grants, and let reads see one tenant or all."""
    op.execute("DROP FUNCTION note_use(uuid, uuid, timestamptz), found_grants(text[])")
    op.execute("DROP TABLE access_uses, access_revocations, access_grants")
    op.execute("DROP POLICY parks_append ON parks")
    op.execute("DROP POLICY parks_read ON parks")
    op.execute("ALTER TABLE parks NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE parks DISABLE ROW LEVEL SECURITY")
    op.execute("DROP POLICY interval_series_narrowed ON interval_series")
    for table in NARROWED:
        op.execute(f"DROP POLICY {table}_narrowed ON {table}")
    for table in NAMED:
        op.execute(f"DROP POLICY {table}_named ON {table}")
    op.execute(REWRITE.format(using=BY_TENANT))
    op.execute("DROP FUNCTION reached_sites(), reached_parks(), named_tenants(), reached_tenants()")
