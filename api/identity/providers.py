"""Identity providers whose tokens are taken, as settings name them."""

from dataclasses import dataclass
from urllib.parse import urlsplit

MOST_PROVIDERS = 20
"""Providers of one service."""


class BadProvider(ValueError):
    """A provider's settings cannot be used."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider: `issuer` as its tokens name it, `audience` what they must be made for, `key_set` the address of its
    keys (a JWK set), `claims` the names of claims beside `sub` whose values may be granted something, such as groups.
    """

    issuer: str
    audience: str
    key_set: str
    claims: tuple[str, ...] = ("groups",)

    def check(self, *, allows_private: bool) -> None:
        """Raise `BadProvider` where something is missing, or keys would be fetched without TLS."""
        if not self.issuer or not self.audience:
            raise BadProvider("an identity provider needs issuer and audience; neither may be empty")
        accepted = ("https", "http") if allows_private else ("https",)
        parts = urlsplit(self.key_set)
        if parts.scheme not in accepted or not parts.hostname or parts.username or parts.fragment:
            schemes = " or ".join(accepted)
            raise BadProvider(f"key_set is {self.key_set[:80]!r}; accepted is an {schemes} address without a user")
