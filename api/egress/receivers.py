"""What signs webhooks out: secrets that follow from the pepper, so that the database holds none."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from api.egress.addresses import AddressRules
from api.ingress.signatures import ID, PREFIX, SIGNATURE, TIMESTAMP, signature
from ledger.webhooks.targets import Target

OVERLAP: Final = timedelta(hours=24)
"""How long the secret before signs too after another was made."""


@dataclass(frozen=True, slots=True)
class Receivers:
    """What addresses are accepted, and what each is signed for with."""

    rules: AddressRules
    pepper: bytes = field(repr=False)

    def check(self, url: str) -> None:
        """Raise `Refused` for an address that is not accepted."""
        self.rules.check(url)

    def secret(self, target: UUID, number: int) -> str:
        """Return a target's secret as its receiver keeps it (Standard Webhooks: whsec_ and base64)."""
        return PREFIX + base64.b64encode(self._key(target, number)).decode()

    def headers(self, target: Target, name: str, body: bytes, now: datetime) -> dict[str, str]:
        """Return the headers of a message: its id, which stays the same, and signatures by every secret that holds."""
        stamp = str(int(now.timestamp()))
        numbers = [target.secret_number]
        if target.rotated_at is not None and now < target.rotated_at + OVERLAP:
            numbers.append(target.secret_number - 1)
        signed = [f"v1,{signature(self._key(target.id, one), name, stamp, body)}" for one in numbers]
        return {ID: name, TIMESTAMP: stamp, SIGNATURE: " ".join(signed)}

    def _key(self, target: UUID, number: int) -> bytes:
        return hmac.digest(self.pepper, f"webhook target {target} secret {number}".encode(), hashlib.sha256)
