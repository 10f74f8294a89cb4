"""What a message says, whose it is, and its key; without a broker."""

import json

import pytest

from api.ingress.messages import NotUnderstood, key_of, read, tenant_code
from api.ingress.mqtt import BadBroker, broker_of, tenant_in


def test_rows_go_on_as_they_are_written() -> None:
    found = read(b'{"tenant": "t1", "rows": [{"quantity": 1.10}]}')
    assert (found.tenant, bytes(found.rows), bytes(found.readings)) == ("t1", b'[{"quantity": 1.10}]', b"")


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        (b"", "accepted is a JSON object with rows or readings"),
        (b"temperature=4", "malformed"),
        (b"[1]", "Expected `object`, got `array`"),
        (b'{"rows": [1}', "malformed"),
        (b'{"row": []}', "unknown field `row`"),
        (b"\xff\xfe", "malformed"),
        (b'{"tenant": "t1"}', "has neither"),
        (b'{"rows": [], "readings": []}', "has both"),
        (b"[" * 100_000, "accepted is a JSON object"),
    ],
)
def test_what_is_no_message_is_told(payload: bytes, told: str) -> None:
    with pytest.raises(NotUnderstood, match=told) as found:
        read(payload)
    assert found.value.code == "BAD_MESSAGE"


def test_a_message_may_not_name_another_tenant_than_its_topic() -> None:
    assert [tenant_code("t1", ""), tenant_code("", "t1"), tenant_code("t1", "t1")] == ["t1"] * 3
    with pytest.raises(NotUnderstood, match="topic is of tenant 't1', the message names 't2'"):
        tenant_code("t1", "t2")
    with pytest.raises(NotUnderstood, match="neither topic nor message"):
        tenant_code("", "")


def test_the_key_is_of_tenant_and_bytes() -> None:
    first = key_of("t1", b"{}")
    assert first == key_of("t1", b"{}")
    assert len({first, key_of("t2", b"{}"), key_of("t1", b"{ }"), key_of("t1{", b"}")}) == 4


def test_a_topic_names_the_tenant_at_the_first_plus() -> None:
    assert tenant_in("park/t1/activities/m7", "park/+/activities/+") == "t1"
    assert tenant_in("park/t1/activities", "$share/ledger/park/+/activities") == "t1"
    assert tenant_in("park/activities", "park/activities") == ""


@pytest.mark.parametrize(
    "url", ["broker", "http://broker", "mqtt://", "mqtt://b:port", "mqtt://u:p@b", "mqtt://b/topic"]
)
def test_what_is_no_broker_is_told(url: str) -> None:
    with pytest.raises(BadBroker, match="accepted is mqtt://host:1883 or mqtts://host:8883"):
        broker_of(url, "ledger")


def test_ports_are_those_of_mqtt_unless_told() -> None:
    found = [broker_of(url, "x") for url in ("mqtt://b", "mqtts://b", "mqtt://[::1]:99/")]
    assert [(one.host, one.port, one.is_secure) for one in found] == [
        ("b", 1883, False),
        ("b", 8883, True),
        ("::1", 99, False),
    ]


def test_an_empty_object_is_no_message() -> None:
    with pytest.raises(NotUnderstood, match="neither"):
        read(json.dumps({}).encode())
