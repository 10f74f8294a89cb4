"""Nobody who reads waits for a commit that is slow, unless something newer can be seen already.

Who takes an instant says so by a lock whose number is about that instant, and holds it until its end. A reader looks
for the newest instant, and then for such locks: only those up to what it found are waited for. Rows that are posted
come as an array of a type, with the statement that adds them: the temporary table in which they waited until now was
truncated by every commit, which took up to a second where the disk was busy. See decision 0031.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

STAGED = """
CREATE TYPE staged_activity AS (
    activity_id uuid, external_id text, quantity text, base_quantity text, source_id uuid, site_id uuid,
    activity_type text, unit text, base_unit text, period_start timestamptz, period_end timestamptz,
    local_start timestamp, local_end timestamp, quality text, supplier text, document text
)
"""

# Microseconds since 1970 as the two numbers of an advisory lock, of which no other use is made: 31 bits are the second.
INSTANTS = """
CREATE OR REPLACE FUNCTION recording_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- The one instant of this transaction, taken when it is first asked for; it must commit soon after.
DECLARE
    instant timestamptz := nullif(current_setting('app.recorded_at', true), '')::timestamptz;
    begun timestamptz := clock_timestamp();
    ticks bigint := extract(epoch FROM begun) * 1000000;
BEGIN
    IF instant IS NULL THEN
        -- Said before it is taken: who does not find the lock has looked for the newest instant before this does.
        PERFORM pg_advisory_xact_lock_shared((ticks >> 31)::integer, (ticks & 2147483647)::integer);
        -- Later than all that can be seen, also after a clock was set back, and than what the lock says.
        instant := greatest(begun, clock_timestamp(), newest_instant() + interval '1 microsecond');
        PERFORM set_config('app.recorded_at', instant::text, true);
    END IF;
    RETURN instant;
END
$$;
CREATE OR REPLACE FUNCTION told_instant() RETURNS timestamptz LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
-- The newest instant that can be seen, once every transaction has ended that may have taken one up to it; none if one
-- of them does not end in time. What is under way besides has a later one.
DECLARE
    newest timestamptz := newest_instant();  -- before the locks are looked for
    ticks bigint := extract(epoch FROM newest) * 1000000;
    taken record;
BEGIN
    FOR taken IN
        SELECT DISTINCT classid::bigint::integer AS high, objid::bigint::integer AS low FROM pg_locks
        WHERE locktype = 'advisory' AND objsubid = 2 AND mode = 'ShareLock'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (classid::bigint << 31 | objid::bigint) <= ticks
        ORDER BY high, low  -- of two readers neither waits for the other in a circle
    LOOP
        PERFORM pg_advisory_xact_lock(taken.high, taken.low);
    END LOOP;
    RETURN newest;
EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;
END
$$;
"""

BEFORE = """
CREATE OR REPLACE FUNCTION told_instant() RETURNS timestamptz LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
-- The newest instant, once every transaction that has taken an instant has ended; none if one does not end in time.
BEGIN
    PERFORM pg_advisory_xact_lock(7309453620184219);
    RETURN newest_instant();
EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;
END
$$;
CREATE OR REPLACE FUNCTION recording_instant() RETURNS timestamptz LANGUAGE plpgsql AS $$
-- The one instant of this transaction, taken when it is first asked for; it must commit soon after.
DECLARE
    instant timestamptz := nullif(current_setting('app.recorded_at', true), '')::timestamptz;
BEGIN
    IF instant IS NULL THEN
        PERFORM pg_advisory_xact_lock_shared(7309453620184219);
        -- Later than all that can be seen, also after a clock was set back.
        instant := greatest(clock_timestamp(), newest_instant() + interval '1 microsecond');
        PERFORM set_config('app.recorded_at', instant::text, true);
    END IF;
    RETURN instant;
END
$$;
"""


def upgrade() -> None:
    op.execute(STAGED)
    op.execute(INSTANTS)


def downgrade() -> None:
    op.execute(BEFORE)
    op.execute("DROP TYPE staged_activity")
