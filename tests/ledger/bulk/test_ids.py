"""Ids made in columns: the same as those made one by one."""

import time
from uuid import UUID

from ledger.bulk.ids import id_texts
from ledger.identifiers import new_id


def test_ids_in_columns_are_ids() -> None:
    before, earlier = time.time_ns() // 1_000_000, new_id()
    texts = id_texts(10_000).to_list()
    ids = [UUID(text) for text in texts]
    assert [str(found) for found in ids] == texts
    assert {(found.version, found.variant) for found in ids} == {(7, "specified in RFC 4122")}
    all_made = [earlier, *ids, new_id()]
    assert all_made == sorted(all_made)
    assert len({found.int & (1 << 62) - 1 for found in ids}) == 10_000
    assert before <= ids[0].int >> 80 <= time.time_ns() // 1_000_000
    assert sum((found.int >> bit & 1) for found in ids for bit in (0, 31, 61)) in range(14_400, 15_600)


def test_no_ids() -> None:
    assert id_texts(0).to_list() == []
