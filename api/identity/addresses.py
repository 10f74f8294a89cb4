"""Addresses the service itself may be sent to. Resolved once and connected to as resolved, so that a name cannot lead
inside the second time; nothing that answers may redirect.
"""

import asyncio
import ipaddress
import socket
import ssl
from functools import cache
from typing import Final
from urllib.parse import urlsplit

import httpx

MOST_BYTES: Final = 256 << 10
"""Bytes of an answer that are read."""
_PATIENCE_S: Final = 5.0
_PORTS: Final = {"https": 443, "http": 80}
_TRANSLATED: Final = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
"""NAT64 (RFC 6052 section 2.1), and the IPv4-compatible addresses of old (RFC 4291 section 2.5.5.1)."""
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
"""All that is given out of IPv6 (RFC 4291 section 2.4, IANA); beyond it is a network of one's own or none."""
_EXAMPLES: Final = ipaddress.IPv6Network("3fff::/20")
"""Not known to every Python (RFC 9637)."""


class Unreachable(Exception):
    """Nothing may be fetched from the address, or nothing usable came back."""


@cache
def trusted() -> ssl.SSLContext:
    """Return what an address proves its name by, read once: that takes 60 ms, in which the service answers nobody."""
    return httpx.create_ssl_context(trust_env=False)


async def fetched(address: str, *, allows_private: bool) -> bytes:
    """Return what lies at an address; raises `Unreachable`."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    if parts.scheme != "https" and not (allows_private and parts.scheme == "http"):
        raise Unreachable(f"{address[:80]!r} is not fetched: https is accepted")
    resolved = await resolved_address(host, port, allows_private=allows_private)
    url = httpx.URL(address).copy_with(host=resolved)
    headers = {"host": host if parts.port is None else f"{host}:{port}", "accept": "application/json"}
    client = httpx.AsyncClient(verify=trusted(), trust_env=False, timeout=_PATIENCE_S)
    try:
        async with asyncio.timeout(_PATIENCE_S), client:
            asked = client.build_request("GET", url, headers=headers, extensions={"sni_hostname": host})
            return await _body(client, asked)
    except (httpx.HTTPError, TimeoutError) as error:
        raise Unreachable(f"{host} gave no answer: {type(error).__name__}") from None


async def _body(client: httpx.AsyncClient, asked: httpx.Request) -> bytes:
    answer = await client.send(asked, stream=True)
    try:
        if answer.status_code != httpx.codes.OK:
            raise Unreachable(f"{asked.headers['host']} answered {answer.status_code}; 200 is accepted")
        body = b""
        async for piece in answer.aiter_bytes():
            body += piece
            if len(body) > MOST_BYTES:
                raise Unreachable(f"{asked.headers['host']} answered more than {MOST_BYTES} bytes")
        return body
    finally:
        await answer.aclose()


async def resolved_address(host: str, port: int, *, allows_private: bool) -> str:
    """Return one address of a host, where all of them may be reached; raises `Unreachable`."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(f"{host[:80]!r} has no address") from None
    addresses = [str(one[4][0]) for one in found]
    if not allows_private:
        for one in addresses:
            if not is_public(one):
                raise Unreachable(f"{host[:80]!r} leads to {one}, which is not a public address")
    return addresses[0]


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet; those of IPv4 within IPv6 are judged by what they hold.

    >>> [is_public(one) for one in ("93.184.216.34", "127.0.0.1", "10.1.2.3", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = _held_in(found)
        if inner is not None:
            return is_public(str(inner))
        if found not in _UNICAST or found in _EXAMPLES:
            return False
    return found.is_global and not found.is_multicast


def _held_in(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the address of IPv4 that one of IPv6 leads to, None where it is one of its own."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    last = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return last if any(address in network for network in _TRANSLATED) else None
