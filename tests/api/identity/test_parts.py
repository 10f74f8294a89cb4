"""The parts of identification without a service: peppers, addresses, key sets, headers."""

import asyncio
import stat
from pathlib import Path

import msgspec
import pytest

from api.identity import peppers
from api.identity.addresses import Unreachable, fetched, is_public
from api.identity.authentication import credential_of
from api.identity.identification import identification, pepper_of
from api.identity.key_sets import OLDEST_S, SOONEST_S, STALE_S, KeySet, read_keys
from api.identity.peppers import BadPepper
from api.identity.providers import BadProvider, Provider
from api.settings import Settings
from schema.errors import Unauthenticated
from tests.api.identity.provider import EC, PUBLISHED, RSA

pytestmark = pytest.mark.anyio
GOOD = "q8Zr1mXc5vB2nL7kJ4hG9fD3sA6pO0iU"


def test_a_pepper_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = peppers.kept(tmp_path)
    assert peppers.kept(tmp_path) == first
    [file] = (tmp_path / "identity").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert peppers.given(first.decode(), None) == first


@pytest.mark.parametrize("text", ["xyz", "changeme" * 5, "0" * 64])
def test_a_pepper_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadPepper, match="openssl rand") as told:
        peppers.given(text, None)
    assert text not in str(told.value)


def test_a_pepper_comes_from_a_file_or_a_value_not_both(tmp_path: Path) -> None:
    file = tmp_path / "pepper"
    file.write_text(f"{GOOD}\n")
    assert peppers.given("", file) == GOOD.encode()
    with pytest.raises(BadPepper, match="both set"):
        peppers.given(GOOD, file)
    with pytest.raises(BadPepper, match="cannot be read"):
        peppers.given("", tmp_path / "none")


def test_a_service_on_a_server_does_not_start_without_a_pepper(tmp_path: Path) -> None:
    served = Settings(database_url="postgresql://x/y", data=tmp_path, key_pepper="", key_pepper_file=None)  # type: ignore[arg-type]
    with pytest.raises(BadPepper, match="PARKLEDGER_KEY_PEPPER is not set"):
        identification(served)
    assert identification(served, is_demo=True).pepper == peppers.kept(tmp_path)
    assert pepper_of(served.model_copy(update={"database_url": None})) == peppers.kept(tmp_path)


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.1", "::1", "fe80::1%eth0", "fd00::1",
     "::ffff:127.0.0.1", "2002:7f00:1::", "224.0.0.1", "100.64.0.1"],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_an_address_outside_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://192.0.2.1/keys", "https is accepted"),
        ("ftp://example.org/keys", "https is accepted"),
        ("https://127.0.0.1/keys", "not a public address"),
        ("https://localhost/keys", "not a public address"),
        ("https://[::ffff:10.0.0.1]/keys", "not a public address"),
    ],
)
def test_nothing_is_fetched_from_inside(address: str, told: str) -> None:
    with pytest.raises(Unreachable, match=told):
        asyncio.run(fetched(address, allows_private=False))


def test_a_provider_needs_tls() -> None:
    one = Provider("https://id.example", "parkledger", "http://id.example/keys")
    with pytest.raises(BadProvider, match="accepted is an https address"):
        one.check(allows_private=False)
    one.check(allows_private=True)
    with pytest.raises(BadProvider, match="issuer and audience"):
        Provider("x", "", "https://id.example/keys").check(allows_private=False)


def test_of_a_key_set_the_public_keys_for_signatures_are_read() -> None:
    secret = {"kty": "oct", "kid": "secret", "k": "AAAA"}
    private = {**RSA.as_dict(private=True), "kid": "private"}
    cipher = {**RSA.as_dict(private=False), "kid": "cipher", "use": "enc"}
    nameless = {name: one for name, one in EC.as_dict(private=False).items() if name != "kid"}
    body = msgspec.json.encode({"keys": [*PUBLISHED["keys"], secret, private, cipher, nameless]})
    assert set(read_keys(body)) == {"rsa", "ec"}


class Provided:
    """A provider whose answers, and the time, are the test's."""

    def __init__(self) -> None:
        self.body, self.asked, self.now = msgspec.json.encode(PUBLISHED), 0, 1000.0
        self.keys = KeySet("https://id.example/keys", self.fetch, lambda: self.now)

    async def fetch(self, _: str) -> bytes:
        self.asked += 1
        if not self.body:
            raise Unreachable("down")
        return self.body

    async def has(self, kid: str) -> bool:
        return await self.keys.key(kid) is not None


async def test_keys_are_kept_and_an_unknown_one_is_looked_for_now_and_then() -> None:
    one = Provided()
    assert [await one.has(kid) for kid in ("rsa", "ec", "rsa")] == [True, True, True]
    assert one.asked == 1
    assert [await one.has("other") for _ in range(50)] == [False] * 50
    assert one.asked == 1, "whoever sends unknown keys does not make us ask"
    one.now += SOONEST_S
    assert not await one.has("other")
    assert one.asked == 2
    one.now += OLDEST_S
    assert await one.has("rsa")
    assert one.asked == 3


async def test_keys_serve_on_while_the_provider_is_down_but_not_for_ever() -> None:
    one = Provided()
    assert await one.has("rsa")
    one.body = b""
    one.now += OLDEST_S
    assert await one.has("rsa")
    one.now += STALE_S
    assert not await one.has("rsa")


def test_a_header_given_twice_is_refused() -> None:
    with pytest.raises(Unauthenticated, match="more than once"):
        credential_of([(b"authorization", b"Bearer a"), (b"Authorization", b"Bearer b")])
    assert credential_of([(b"host", b"x")]) == ""
    assert credential_of([(b"authorization", b"bearer abc")]) == "abc"
