"""Migration 0008: the cells are made again by quality from the rows, and summed again on the way down."""

from decimal import Decimal
from uuid import UUID

import psycopg

from ledger import migrate
from ledger.setup import Databases

PARK, TENANT, SITE, SOURCE = (UUID(int=value) for value in range(1, 5))
PLACES = """
INSERT INTO parks (park_id, code, name_en, name_zh, region, time_zone) VALUES (%(park)s, 'p', 'P', 'P', 'CN-GD', 'UTC');
INSERT INTO tenants (tenant_id, park_id, code, name_en, name_zh) VALUES (%(tenant)s, %(park)s, 't', 'T', 'T');
INSERT INTO sites (tenant_id, site_id, code, name_en, name_zh, region, time_zone)
    VALUES (%(tenant)s, %(site)s, 's', 'S', 'S', 'CN-GD', 'UTC');
INSERT INTO sources (tenant_id, source_id, site_id, code, name_en, name_zh, kind)
    VALUES (%(tenant)s, %(source)s, %(site)s, 'm', 'M', 'M', 'METER');
"""
FACT = """
WITH made AS (
    INSERT INTO activities (tenant_id, activity_id, posting_id, source_id, site_id, external_id, version, kind,
        supersedes, reason, activity_type, supplier, quantity, unit, base_quantity, base_unit, period_start, period_end,
        local_start, local_end, quality, document)
    SELECT %(tenant)s, (overlay(id_bound(now())::text PLACING lpad(%(row)s::text, 12, '0') FROM 25))::uuid, %(tenant)s,
        %(source)s, %(site)s, %(name)s, %(version)s, %(kind)s, CASE WHEN %(version)s > 1 THEN %(tenant)s END, '',
        'electricity.grid', '', %(quantity)s, 'MJ', %(quantity)s, 'MJ', '2025-03-01Z', '2025-05-01Z', '2025-03-01',
        '2025-05-01', %(quality)s, ''
    RETURNING activity_id
)
INSERT INTO activity_versions SELECT %(tenant)s, %(source)s, %(name)s, %(version)s, activity_id FROM made
"""
FACTS = [
    ("a", 1, "ORIGINAL", 61, "BILLED"),
    ("b", 1, "ORIGINAL", 122, "MEASURED"),
    ("c", 1, "ORIGINAL", 610, "MEASURED"),
    ("c", 2, "CORRECTION", 183, "BILLED"),
    ("d", 1, "ORIGINAL", 61, "ESTIMATED"),
    ("d", 2, "VOID", 61, "ESTIMATED"),
]
"""Quantities over the 61 days of March and April; what is corrected and voided does not count."""
BY_QUALITY = {
    ("BILLED", "2025-03"): (124, 2),
    ("BILLED", "2025-04"): (120, 2),
    ("MEASURED", "2025-03"): (62, 1),
    ("MEASURED", "2025-04"): (60, 1),
}


def test_cells_are_made_again_by_quality_and_summed_again(fresh: Databases) -> None:
    migrate.upgrade(fresh.owner_url, "0007")
    keys = {"park": PARK, "tenant": TENANT, "site": SITE, "source": SOURCE}
    with psycopg.connect(fresh.owner_url) as connection:
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(PLACES, keys)
        for number, (name, version, kind, quantity, quality) in enumerate(FACTS):
            fact = {"row": number, "name": name, "version": version, "kind": kind, "quality": quality}
            connection.execute(FACT, keys | fact | {"quantity": quantity})
    migrate.upgrade(fresh.owner_url, "0008")
    query = "SELECT quality, to_char(month, 'YYYY-MM'), quantity, row_count FROM quantity_cells"
    with psycopg.connect(fresh.owner_url) as connection:
        found = {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(query).fetchall()}
    assert found == BY_QUALITY
    migrate.downgrade(fresh.owner_url, "0007")
    with psycopg.connect(fresh.owner_url) as connection:
        query = "SELECT to_char(month, 'YYYY-MM'), quantity, row_count FROM quantity_cells ORDER BY 1"
        assert connection.execute(query).fetchall() == [("2025-03", Decimal(186), 3), ("2025-04", Decimal(180), 3)]
