"""Canonical bytes of events, written out by hand, and every text that is no event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs.canonical import MAX_INTEGER
from proofs.errors import BadEvent, NotCanonical
from proofs.events import Event, event_leaf, read_event, time_text
from tests.history import event

TEXT = (
    '{"actor":"key:utility-station","body":{"quantity":"12.5","site":"锅炉房","unit":"MWh"},"kind":"activity.posted",'
    '"recorded_at":"2026-03-31T16:00:05.000000Z","request_id":"request-5","sequence":5,'
    '"tenant":"00000000-0000-0000-0000-000000000007","version":1}'
)
SALT = bytes(range(16))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)


def test_the_bytes_of_an_event_are_these() -> None:
    assert event(5).canonical() == TEXT.encode()
    assert read_event(TEXT.encode()) == event(5)


def test_the_leaf_is_the_hash_of_zero_salt_and_text() -> None:
    assert event_leaf(SALT, TEXT.encode()) == sha256(b"\x00" + SALT + TEXT.encode()).digest()
    assert event_leaf(SALT, TEXT.encode()) != event_leaf(bytes(16), TEXT.encode())
    for salt in (b"", bytes(15), bytes(17)):
        with pytest.raises(BadEvent, match=f"a salt of {len(salt)} bytes; accepted are 16"):
            event_leaf(salt, TEXT.encode())


@given(WORDS, WORDS, WORDS, st.integers(0, MAX_INTEGER), st.datetimes(timezones=st.timezones()), st.uuids())
def test_every_event_is_read_as_it_was_written(
    actor: str, kind: str, name: str, sequence: int, moment: datetime, tenant: UUID
) -> None:
    one = replace(
        event(1),
        actor=actor,
        kind=kind,
        sequence=sequence,
        recorded_at=moment,
        body={name: [actor, None]},
        tenant=tenant,
    )
    if datetime(2, 1, 1) < moment.replace(tzinfo=None) < datetime(9999, 1, 1):
        found = read_event(one.canonical())
        assert found == replace(one, recorded_at=moment.astimezone(UTC))


def test_a_time_is_written_in_utc_whatever_its_zone() -> None:
    moment = datetime(2026, 4, 1, 0, 0, 0, 5, tzinfo=timezone(timedelta(hours=8)))
    assert time_text(moment) == "2026-03-31T16:00:00.000005Z"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"version":1', '"version":2', "an event of the version 2"),
        ('"version":1', '"version":"1"', "an event of the version '1'"),
        ('"version":1', '"version":true', "an event of the version True"),
        (',"version":1', "", "an event of the version None"),
        ('"sequence":5', '"sequence":"5"', "the sequence '5'"),
        ('"sequence":5', '"sequence":true', "the sequence True"),
        ('"sequence":5', '"sequence":-5', "the sequence -5"),
        ('"sequence":5', '"sequence":5.0', "the number 5.0"),
        ('"request_id":"request-5",', "", "accepted are exactly actor, body"),
        ('"kind":', '"kin":"","kind":', "an event with actor, body, kin, kind"),
        ('"actor":"key:utility-station"', '"actor":""', "actor is empty"),
        ('"actor":"key:utility-station"', '"actor":null', "actor None"),
        ('"body":{"quantity":"12.5","site":"锅炉房","unit":"MWh"}', '"body":[]', r"the body \[\]"),
        ("05.000000Z", "05Z", "recorded_at '2026-03-31T16:00:05Z'"),
        ("05.000000Z", "05.000000+00:00", "a time in UTC with six digits"),
        ("05.000000Z", "61.000000Z", "a time in UTC with six digits"),
        ("000000000007", "00000000000A", "a UUID in lower case"),
        ("00000000-0000-0000-0000-", "00000000000000000000", "a UUID in lower case"),
        ('{"actor"', '{ "actor"', "differs at byte 1"),
        ("锅炉房", "\\u9505炉房", "not the canonical form"),
    ],
)
def test_a_text_that_is_no_event_is_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(BadEvent, match=message):
        read_event(TEXT.replace(old, new).encode())


def test_a_text_that_is_no_object_is_refused() -> None:
    with pytest.raises(BadEvent, match="accepted is an object"):
        read_event(b"[]")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"recorded_at": datetime(2026, 1, 1)}, "accepted is a time with its zone"),
        ({"sequence": -1}, "the sequence -1"),
        ({"sequence": MAX_INTEGER + 1}, "the sequence 9007199254740992"),
        ({"actor": ""}, "actor is empty"),
        ({"kind": ""}, "kind is empty"),
        ({"request_id": ""}, "request_id is empty"),
    ],
)
def test_an_event_that_could_not_be_read_is_not_made(changes: dict[str, object], message: str) -> None:
    values = {name: getattr(event(5), name) for name in Event.__dataclass_fields__}
    with pytest.raises(BadEvent, match=message):
        Event(**{**values, **changes})


def test_a_body_with_a_float_has_no_bytes() -> None:
    with pytest.raises(NotCanonical, match=r"^\$\.body\.quantity: a float, 12\.5"):
        replace(event(5), body={"quantity": 12.5}).canonical()  # type: ignore[dict-item]
