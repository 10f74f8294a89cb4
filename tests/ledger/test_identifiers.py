"""Identifiers: UUIDv7 in the order they were made, many at a time as one by one."""

import time

import pytest

from ledger import identifiers
from ledger.identifiers import new_id, new_ids


def test_ids_are_of_version_7_and_in_order() -> None:
    found = [*new_ids(5000), new_id(), *new_ids(3)]
    assert {one.version for one in found} == {7}
    assert {one.variant for one in found} == {"specified in RFC 4122"}
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    assert new_ids(0) == []


def test_an_id_begins_with_its_milliseconds() -> None:
    before = time.time_ns() // 1_000_000
    made = new_ids(2)
    after = time.time_ns() // 1_000_000
    assert all(before <= one.int >> 80 <= after + 1 for one in made)


def test_the_bits_are_where_the_standard_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = 0x0123456789AB << 12 | 0xFFF
    monkeypatch.setattr(identifiers, "reserved", lambda _: (ticks, b"\xff" * 8 + b"\x00" * 8))
    first, second = new_ids(2)
    assert str(first) == "01234567-89ab-7fff-bfff-ffffffffffff"
    assert str(second) == "01234567-89ac-7000-8000-000000000000"
