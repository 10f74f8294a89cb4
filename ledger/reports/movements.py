"""The statements that count what moved since reports were published, each for a page of reports: a row for each of whom
anything did, with the first instant and how often, at most `most`. See `ledger.reports.staleness`.
"""

from typing import Final

_OF_EACH: Final = """
SELECT asked.report, found.since, found.changes FROM jsonb_to_recordset(%(asked)s::jsonb)
    AS asked (report uuid, tenants uuid[], firsts date[], lasts date[], others uuid[], other_firsts date[],
        other_lasts date[], customers uuid[], sellers uuid[], first date, last date, known_at timestamptz,
        release integer)
CROSS JOIN LATERAL ({}) AS found WHERE found.changes > 0
"""
"""What moved of each report that is asked about; one statement for a page of them."""
_OWN: Final = "unnest(asked.tenants, asked.firsts, asked.lasts) AS span (tenant, first, last)"
_OTHERS: Final = "unnest(asked.others, asked.other_firsts, asked.other_lasts) AS span (tenant, first, last)"
_CUSTOMERS: Final = "(SELECT tenant, asked.first, asked.last FROM unnest(asked.customers) AS tenant) AS span"
_ANY: Final = "true"
_POSTED: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT found.recorded_at FROM {spans}
    CROSS JOIN LATERAL (
        SELECT first_month AS earliest FROM recordings
        WHERE tenant_id = span.tenant AND row_count > 0 ORDER BY first_month LIMIT 1
    ) AS begun
    CROSS JOIN LATERAL generate_series(begun.earliest, span.last, interval '1 month') AS month
    CROSS JOIN LATERAL (
        SELECT recorded_at FROM recordings AS posted
        WHERE tenant_id = span.tenant AND row_count > 0 AND first_month = month::date AND recorded_at > asked.known_at
            AND last_month >= span.first AND {which}
        ORDER BY recorded_at LIMIT %(most)s
    ) AS found
    LIMIT %(most)s
) AS one
"""
_DECLARATIONS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM declarations
    WHERE tenant_id = ANY(asked.tenants) AND recorded_at > asked.known_at AND kind <> ALL(%(not_read)s::text[])
        AND coalesce((content ->> 'month')::date, (content ->> 'day')::date - 1, (content ->> 'valid_from')::date,
            make_date((content ->> 'year')::integer, 1, 1), '-infinity') < asked.last + interval '1 month'
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
# What was changed counts by what it said before, too: a claim or a factor may have left the report's months.
_CLAIMED: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM {spans} JOIN instruments AS changed ON changed.tenant_id = span.tenant
    WHERE recorded_at > asked.known_at AND EXISTS (
        SELECT FROM instruments AS said
        WHERE said.tenant_id = changed.tenant_id AND said.instrument_id IN (changed.instrument_id, changed.supersedes)
            AND said.claimed_from <= span.last AND said.claimed_to >= span.first
    )
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_FACTORS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM own_factors AS changed
    WHERE tenant_id = ANY(asked.{tenants}) AND recorded_at > asked.known_at AND EXISTS (
        SELECT FROM own_factors AS said
        WHERE said.tenant_id = changed.tenant_id AND said.factor_id IN (changed.factor_id, changed.supersedes)
            AND said.valid_from < asked.last + interval '1 month'
            AND coalesce(said.valid_to, 'infinity') >= asked.first
    )
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_RELEASES: Final = (
    "SELECT min(recorded_at) AS since, count(*) AS changes FROM factor_releases WHERE number > asked.release"
)
_SUPERSEDED: Final = (
    "SELECT min(recorded_at) AS since, count(*) AS changes FROM reports WHERE supersedes = asked.report"
)
_BOUGHT: Final = """
coalesce((
    SELECT bool_or(activity.version > 1 OR (activity.activity_type = ANY(%(purchases)s::text[])
        AND activity.supplier IN (SELECT code FROM tenants WHERE tenant_id = ANY(asked.sellers))))
    FROM activities AS activity
    WHERE activity.tenant_id = posted.tenant_id AND activity.posting_id = posted.recording_id
        AND activity.activity_id BETWEEN posted.first_id AND posted.last_id
), true)
"""
"""Whether a recording has what was bought of a seller, or any correction; an archived one may have."""
_DECLARED_BY_OTHERS: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM (
    SELECT recorded_at FROM declarations
    WHERE tenant_id = ANY(asked.others || asked.customers) AND recorded_at > asked.known_at
        AND kind = ANY(%(of_neighbours)s::text[])
        AND coalesce((content ->> 'month')::date, (content ->> 'valid_from')::date, '-infinity')
            < asked.last + interval '1 month'
    ORDER BY recorded_at LIMIT %(most)s
) AS one
"""
_REGISTERED: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM tenants
WHERE tenant_id = ANY(asked.others) AND recorded_at > asked.known_at
"""
"""What was bought from outside the park is bought within it once somebody of that code is registered."""
_BY_NEIGHBOURS: Final = " UNION ALL ".join(
    f"({query})"
    for query in (
        _POSTED.format(spans=_OTHERS, which=_ANY),
        _POSTED.format(spans=_CUSTOMERS, which=_BOUGHT),
        _DECLARED_BY_OTHERS,
        _REGISTERED,
        _CLAIMED.format(spans=_OTHERS),
        _FACTORS.format(tenants="others"),
    )
)
_TWICE: Final = """
SELECT min(recorded_at) AS since, count(*) AS changes FROM instruments AS other
WHERE tenant_id IN (
        SELECT tenant_id FROM tenants
        WHERE park_id IN (SELECT park_id FROM tenants WHERE tenant_id = ANY(asked.tenants || asked.others))
    ) AND tenant_id <> ALL(asked.tenants) AND recorded_at > asked.known_at AND EXISTS (
        SELECT FROM instruments AS said JOIN instruments AS ours
            ON ours.batch = said.batch AND ours.first_serial <= said.last_serial
            AND ours.last_serial >= said.first_serial
        WHERE said.tenant_id = other.tenant_id AND said.instrument_id IN (other.instrument_id, other.supersedes)
            AND ours.tenant_id = ANY(asked.tenants || asked.others) AND ours.tenant_id <> other.tenant_id
            AND ours.batch <> ''
    )
"""
_ONCE: Final = "SELECT min(since) AS since, count(*) FILTER (WHERE changes > 0) AS changes FROM ({}) AS each"


def _of_each(query: str) -> bytes:
    return _OF_EACH.format(query).encode()


ACTIVITIES: Final = _of_each(_POSTED.format(spans=_OWN, which=_ANY))
DECLARATIONS: Final = _of_each(_DECLARATIONS)
INSTRUMENTS: Final = _of_each(_CLAIMED.format(spans=_OWN))
SUPPLIER_FACTORS: Final = _of_each(_FACTORS.format(tenants="tenants"))
RELEASES: Final = _of_each(_RELEASES)
SUPERSEDED: Final = _of_each(_SUPERSEDED)
NEIGHBOURS: Final = _of_each(_ONCE.format(_BY_NEIGHBOURS))
"""Not how often; the transaction has to see every tenant, as for the next one."""
CERTIFICATES: Final = _of_each(_TWICE)
