"""Which addresses webhooks may be sent to, judged twice: as they are written, and as they resolve when one is sent.

Accepted is https, at port 443 or another that a setting names, without a user, at a public address. Hosts that a
setting names, as host or host:port, may be inside and without TLS.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from accounting.refusals import RefusalCode, Refused
from api.identity.addresses import is_public, resolved_address
from api.settings import Settings

HTTPS: Final = 443
_PORTS: Final = {"https": HTTPS, "http": 80}


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect to: the address as it was checked, and the host as the certificate and the request name it."""

    address: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What is accepted. `inside` are hosts, with or without port, that may be private and without TLS."""

    ports: frozenset[int] = frozenset({HTTPS})
    inside: frozenset[str] = frozenset()

    def check(self, url: str) -> SplitResult:
        """Return the parts of an address; raises `Refused` for one that is not accepted."""
        parts = _split(url)
        host, port = parts.hostname or "", _port(parts)
        if not host or not url.isascii() or not url.isprintable() or " " in url:
            _refuse("it is no address such as https://example.org/hooks, without spaces and in ASCII")
        if "@" in parts.netloc or parts.fragment:
            _refuse("it has a user or a fragment; a secret does not belong into an address")
        if self.is_inside(host, port):
            if parts.scheme not in _PORTS:
                _refuse("accepted for a host inside are https and http")
            return parts
        if parts.scheme != "https":
            _refuse("accepted is https")
        if port not in self.ports:
            _refuse(f"its port is {port}; accepted are {', '.join(map(str, sorted(self.ports)))}")
        if _is_private(host):
            _refuse(f"{host} is not a public address")
        return parts

    def is_inside(self, host: str, port: int) -> bool:
        """Whether a setting names this host."""
        return host in self.inside or f"{host}:{port}" in self.inside

    async def place(self, url: str) -> Place:
        """Resolve an address once; raises `Refused`, or `Unreachable` where it leads inside."""
        parts = self.check(url)
        host, port = parts.hostname or "", _port(parts)
        address = await resolved_address(host, port, allows_private=self.is_inside(host, port))
        return Place(address, host, port)


PUBLIC: Final = AddressRules()
"""Public addresses by https at port 443 alone."""


def address_rules(settings: Settings) -> AddressRules:
    """Return what settings say."""
    return AddressRules(frozenset(settings.webhook_ports), frozenset(settings.webhook_inside))


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        _refuse("it is no address such as https://example.org/hooks")
    return parts


def _port(parts: SplitResult) -> int:
    """Return the port that is connected to; that of the scheme where the address names none."""
    return _PORTS.get(parts.scheme, 0) if parts.port is None else parts.port


def _is_private(host: str) -> bool:
    """Whether a host is written as an address that is not public; a name is judged as it resolves."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return not is_public(host)


def _refuse(why: str) -> None:
    raise Refused(RefusalCode.BAD_WEBHOOK_TARGET, "url", f"the address is not accepted: {why}")
