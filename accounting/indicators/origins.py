"""Where an amount of the park method comes from in the ledger: a tenant's site and an activity type, as a key."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True, order=True)
class Origin:
    """Activities of one type at one site: what a list of activities can be asked for."""

    tenant: UUID
    site: UUID
    activity_type: str

    @property
    def key(self) -> str:
        """The origin as lines and inputs keep it among their activities."""
        return f"{self.tenant} {self.site} {self.activity_type}"


def origin_of(key: str) -> Origin:
    """Return the origin that a key names; raises `ValueError` for any other text.

    >>> one = Origin(UUID(int=1), UUID(int=2), "electricity.grid")
    >>> origin_of(one.key) == one
    True
    """
    tenant, site, activity_type = key.split(" ", 2)
    return Origin(UUID(tenant), UUID(site), activity_type)
