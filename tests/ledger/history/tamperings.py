"""What a superuser may do to a history and to what it says of, each with the first index that is bad then.

`{tenant}` stands for the tenant, `{at}` for `tenant_id = ... AND leaf_index =`, `{beside}` for an id beside that of a
row. See `sealed_world` for the events.
"""

OF_FIRST = "(SELECT recording_id FROM history WHERE tenant_id = {tenant} AND leaf_index = 5)"
SWAPPED = """
UPDATE history SET leaf_index = 7 - leaf_index WHERE tenant_id = {tenant} AND leaf_index IN (2, 5)
"""
CUT = "DELETE FROM history WHERE tenant_id = {tenant} AND leaf_index >= 8"


EVENTS = {
    "a byte of a text": (3, "UPDATE history SET event = replace(event, '电表', '电麦') WHERE {at} 3"),
    "a byte of a salt": (6, "UPDATE history SET salt = set_byte(salt, 4, get_byte(salt, 4) # 1) WHERE {at} 6"),
    "a byte of a leaf": (0, "UPDATE history SET leaf = set_byte(leaf, 31, get_byte(leaf, 31) # 1) WHERE {at} 0"),
    "one deleted": (4, "DELETE FROM history WHERE {at} 4"),
    "the first deleted": (0, "DELETE FROM history WHERE {at} 0"),
    "two exchanged": (2, SWAPPED),
    "one inserted": (
        5,
        (
            "UPDATE history SET leaf_index = leaf_index + 1 WHERE tenant_id = {tenant} AND leaf_index >= 5; "
            "INSERT INTO history SELECT tenant_id, 5, gen_random_uuid(), salt, event, leaf, subtrees FROM history "
            "WHERE {at} 3"
        ),
    ),
    "one taken out and those after moved up": (
        5,
        (
            "DELETE FROM history WHERE {at} 5; "
            "UPDATE history SET leaf_index = leaf_index - 1 WHERE tenant_id = {tenant} AND leaf_index > 5"
        ),
    ),
    "the tail cut off": (8, CUT),
    "the tail cut off with its heads": (8, f"{CUT}; DELETE FROM checkpoints WHERE tenant_id = {{tenant}} AND size > 8"),
    "the tail cut off with its heads, recordings and rows": (
        8,
        (
            "DELETE FROM declarations WHERE tenant_id = {tenant}; DELETE FROM recordings WHERE recording_id IN "
            f"(SELECT recording_id FROM history WHERE tenant_id = {{tenant}} AND leaf_index >= 8); {CUT}; "
            "DELETE FROM checkpoints WHERE tenant_id = {tenant} AND size > 8"
        ),
    ),
}
ROWS = {
    "the last digit of a quantity": (
        5,
        (
            f"UPDATE activities SET base_quantity = base_quantity + 0.000001 WHERE posting_id = {OF_FIRST} "
            "AND external_id = 'a2'"
        ),
    ),
    "a zero more": (5, f"UPDATE activities SET quantity = 3.0 WHERE posting_id = {OF_FIRST} AND external_id = 'a2'"),
    "a row deleted": (6, "DELETE FROM activities WHERE tenant_id = {tenant} AND external_id = 'b1'"),
    "two rows exchanged": (
        5,
        (
            "UPDATE activities SET external_id = CASE external_id WHEN 'a1' THEN 'a2' ELSE 'a1' END "
            "WHERE tenant_id = {tenant} AND external_id IN ('a1', 'a2')"
        ),
    ),
    "a row put into a batch": (
        6,
        (
            "INSERT INTO activities SELECT tenant_id, {beside}, posting_id, "
            "source_id, site_id, 'more', 1, kind, supersedes, reason, activity_type, supplier, quantity, unit, "
            "base_quantity, base_unit, period_start, period_end, local_start, local_end, quality, document, now() "
            "FROM activities WHERE tenant_id = {tenant} AND external_id = 'b1'"
        ),
    ),
    "a row of a batch that never was": (
        6,
        (
            "INSERT INTO activities SELECT tenant_id, {beside}, "
            "gen_random_uuid(), source_id, site_id, 'more', 1, kind, supersedes, reason, activity_type, supplier, "
            "quantity, unit, base_quantity, base_unit, period_start, period_end, local_start, local_end, quality, "
            "document, now() FROM activities WHERE tenant_id = {tenant} AND external_id = 'b0'"
        ),
    ),
    "another reason of a correction": (
        7,
        "UPDATE activities SET reason = 'agreed' WHERE tenant_id = {tenant} AND kind = 'CORRECTION'",
    ),
    "a declaration changed": (
        8,
        (
            "UPDATE declarations SET content = jsonb_set(content, '{{value}}', '\"39\"') "
            "WHERE tenant_id = {tenant} AND version = 1"
        ),
    ),
    "a declaration deleted": (9, "DELETE FROM declarations WHERE tenant_id = {tenant} AND version = 2"),
    "a declaration put in beside another": (
        9,
        (
            "INSERT INTO declarations SELECT tenant_id, gen_random_uuid(), kind, 'other', 1, NULL, false, '', content, "
            "recorded_at FROM declarations WHERE tenant_id = {tenant} AND version = 2"
        ),
    ),
    "a declaration put into the past": (
        7,
        (
            "INSERT INTO declarations SELECT tenant_id, gen_random_uuid(), kind, 'other', 1, NULL, false, '', content, "
            "(SELECT recorded_at - interval '1 microsecond' FROM recordings WHERE recording_id = "
            "(SELECT recording_id FROM history WHERE {at} 7)) FROM declarations "
            "WHERE tenant_id = {tenant} AND version = 2"
        ),
    ),
    "a recording put into the past": (
        6,
        (
            "INSERT INTO recordings (tenant_id, recording_id, recorded_at, row_count) "
            "SELECT tenant_id, gen_random_uuid(), "
            "recorded_at - interval '1 microsecond', 0 FROM recordings WHERE recording_id = "
            "(SELECT recording_id FROM history WHERE {at} 6)"
        ),
    ),
    "a recording of another time": (
        5,
        f"UPDATE recordings SET recorded_at = recorded_at - interval '1 year' WHERE recording_id = {OF_FIRST}",
    ),
    "a recording by another": (5, f"UPDATE recordings SET actor = 'somebody' WHERE recording_id = {OF_FIRST}"),
    "a recording deleted": (5, f"DELETE FROM recordings WHERE recording_id = {OF_FIRST}"),
    "a name in the registry": (3, "UPDATE sources SET name_en = 'Pump' WHERE tenant_id = {tenant} AND code = 'm2'"),
    "the key of a request": (
        6,
        (
            "UPDATE postings SET fingerprint = '\\x00' WHERE posting_id = "
            "(SELECT recording_id FROM history WHERE {at} 6)"
        ),
    ),
}
