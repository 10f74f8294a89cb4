"""Which addresses webhooks may be sent to, as they are written and as they resolve."""

import socket

import pytest

from accounting.refusals import Refused
from api.egress.addresses import AddressRules
from api.egress.sending import Answer, Sender
from api.identity import addresses
from api.identity.addresses import is_public
from tests.api.egress.receiver import receiver

RULES = AddressRules()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org/hooks", "https"),
        ("ftp://example.org/hooks", "https"),
        ("https://example.org:8443/hooks", "port is 8443"),
        ("https://example.org:0/hooks", "port is 0"),
        ("https://user:secret@example.org/", "user"),
        ("https://@example.org/", "user"),
        ("https://example.org/#part", "fragment"),
        ("https://127.0.0.1/", "public"),
        ("https://[::1]/", "public"),
        ("https://[::ffff:10.0.0.1]/", "public"),
        ("https://[64:ff9b::a00:1]/", "public"),
        ("https://[2002:a00:1::]/", "public"),
        ("https://169.254.169.254/latest/meta-data", "public"),
        ("https://100.64.0.1/", "public"),
        ("https://0.0.0.0/", "public"),
        ("https:///hooks", "no address"),
        ("hooks", "no address"),
        ("https://exa mple.org/", "no address"),
        ("https://例え.org/", "ASCII"),
        ("https://example.org:x/", "no address"),
        ("https://[::1/", "no address"),
        ("https://example.org/\r\nx: y", "no address"),
    ],
)
def test_an_address_that_is_not_accepted_says_why(url: str, why: str) -> None:
    with pytest.raises(Refused, match="the address is not accepted") as refused:
        RULES.check(url)
    assert why in str(refused.value)
    assert "secret" not in str(refused.value).replace("a secret does", "")


def test_what_a_setting_names_is_accepted() -> None:
    rules = AddressRules(frozenset({443, 8443}), frozenset({"hooks.park.internal", "10.1.2.3:8080"}))
    for url in (
        "https://example.org/hooks?a=b",
        "https://example.org:8443/",
        "http://hooks.park.internal:99/",
        "http://10.1.2.3:8080/",
    ):
        assert rules.check(url).hostname
    for url in ("http://10.1.2.3:8081/", "http://hooks.park.internal.example.org/", "gopher://hooks.park.internal/"):
        with pytest.raises(Refused):
            rules.check(url)


@pytest.mark.parametrize(
    "address",
    ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "::7f00:1", "2002:7f00:1::", "64:ff9b:1::1", "100.127.255.255",
     "fe80::1%eth0", "fd00::1", "fec0::1", "3fff::1", "5f00::1",
     "::ffff:0:a00:1", "4000::1", "::1", "::", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"],
)  # fmt: skip
def test_what_leads_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["64:ff9b::808:808", "2002:808:808::", "2606:4700::1111", "8.8.8.8"])
def test_what_leads_outside_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.anyio
async def test_a_name_that_leads_inside_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever else it leads to: the second look-up of a rebinding never takes place."""
    asked = []

    async def resolve(_: object, host: str, port: int, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in ("93.184.216.34", "127.0.0.1")]

    monkeypatch.setattr("asyncio.base_events.BaseEventLoop.getaddrinfo", resolve)
    answer = await Sender(RULES).send("https://rebinding.example/", {}, b"{}")
    assert answer == Answer(None, "the host has no public address")
    assert asked == ["rebinding.example"]


@pytest.mark.anyio
async def test_it_is_connected_to_as_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is looked up once; the request goes to that address and still names the host."""
    looked = []

    async def resolved(host: str, port: int, *, allows_private: bool) -> str:
        looked.append((host, port, allows_private))
        return "127.0.0.1"

    monkeypatch.setattr("api.egress.addresses.resolved_address", resolved)
    assert addresses.resolved_address is not resolved
    with receiver() as there:
        rules = AddressRules(inside=frozenset({"hooks.park.internal"}))
        answer = await Sender(rules).send(f"http://hooks.park.internal:{there.port}/a?b=c", {"webhook-id": "1"}, b"{}")
        assert answer == Answer(204)
        assert looked == [("hooks.park.internal", there.port, True)]
        (came,) = there.came
        assert came.headers["host"] == f"hooks.park.internal:{there.port}"
        assert came.path == "/a?b=c"
