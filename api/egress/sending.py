"""One message to one address: connected to as it was checked, never redirected, little of the answer read."""

import asyncio
from dataclasses import dataclass
from typing import Final

import httpx

from accounting.refusals import Refused
from api.egress.addresses import AddressRules
from api.identity.addresses import Unreachable, trusted

PATIENCE_S: Final = 10.0
"""Seconds until an answer has to be whole."""
MOST_BYTES: Final = 4096
"""Bytes of an answer that are read; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a message: a status, or none and why."""

    status: int | None
    problem: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300


class Sender:
    """Sends messages to addresses that rules accept."""

    def __init__(self, rules: AddressRules, patience_s: float = PATIENCE_S) -> None:
        self._rules = rules
        self._patience_s = patience_s

    async def send(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        """Send a message once and return what came of it; never raises for what the other side does."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._sent(url, headers, body)
        except Refused as error:
            return Answer(None, str(error))
        except Unreachable:  # what a name leads to inside is told to nobody
            return Answer(None, "the host has no public address")
        except TimeoutError:
            return Answer(None, f"no answer within {self._patience_s:g} s")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Answer(None, f"no answer: {type(error).__name__}")

    async def _sent(self, url: str, headers: dict[str, str], body: bytes) -> Answer:
        place = await self._rules.place(url)
        named = {**headers, "host": httpx.URL(url).netloc.decode(), "content-type": "application/json"}
        async with httpx.AsyncClient(
            verify=trusted(), trust_env=False, timeout=self._patience_s, follow_redirects=False
        ) as client:
            asked = client.build_request(
                "POST",
                httpx.URL(url).copy_with(host=place.address),
                headers={**named, "user-agent": "Parkledger"},
                content=body,
                extensions={"sni_hostname": place.host},
            )
            answer = await client.send(asked, stream=True)
            try:
                return _told(answer.status_code, await _read(answer))
            finally:
                await answer.aclose()


async def _read(answer: httpx.Response) -> int:
    """Read no more of an answer than is accepted, as it comes over the wire, and return how much that was."""
    count = 0
    async for piece in answer.aiter_raw():
        count += len(piece)
        if count > MOST_BYTES:
            break
    return count


def _told(status: int, count: int) -> Answer:
    if 200 <= status < 300:
        return Answer(status)
    more = " and more" if count > MOST_BYTES else ""
    redirected = "; redirections are not followed" if 300 <= status < 400 else ""
    return Answer(status, f"answered {status} with {min(count, MOST_BYTES)} bytes{more}{redirected}")
