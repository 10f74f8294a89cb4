"""A small client of our own API, for the commands that talk to a running service."""

import os
import random
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

import httpx
import msgspec

MOST_WAIT_S: Final = 120.0
"""Seconds that a client waits in all, over the tries of one operation, where the service asks it to come again."""
_BUSY: Final = (429, 503)
_JITTER: Final = 0.25
"""Share by which a wait is longer at most, so that those who were refused together do not come again together."""
KEY_VARIABLE: Final = "PARKLEDGER_KEY"
"""What the environment calls the key that commands prove who they are with."""


class ServiceError(Exception):
    """The service answered with an error; message and code are its own. No code: the answer was not the service's."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class UnusableKey(Exception):
    """What is to be presented as a key has characters that no key has; the message does not show it."""


class Client:
    """Sends operations to one service. What it refuses for now, with `Retry-After`, is sent again when it says so;
    nothing of it was done. Other retries are the caller's: every write has an idempotency key.

    `key` proves who asks; that of the environment if left out, none where it is empty.
    """

    def __init__(
        self, url: str, timeout_s: float = 60, key: str | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        address = url.rstrip("/")
        self._url = address if address.endswith("/graphql") else f"{address}/graphql"
        self._timeout_s = timeout_s
        self._http = httpx.Client(timeout=timeout_s, headers=authorization(key))
        self._sleep = sleep

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()

    def with_key(self, key: str) -> "Client":
        """Return another client of the same service, for somebody else."""
        return Client(self._url, self._timeout_s, key, self._sleep)

    def _answered(self, body: bytes) -> httpx.Response:
        """Return the answer to a body, sent again as long as the service asks for it and the wait is bearable."""
        waited = 0.0
        while True:
            response = self._http.post(self._url, content=body, headers={"content-type": "application/json"})
            wait = wait_of(response)
            if wait is None or waited + wait > MOST_WAIT_S:
                return response
            self._sleep(wait)
            waited += wait

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation and return its data; raises `ServiceError` or `httpx.TransportError`."""
        body = msgspec.json.encode({"query": document, "variables": variables or {}})
        response = self._answered(body)
        try:
            answer = msgspec.json.decode(response.content)
        except msgspec.DecodeError:
            raise ServiceError(f"{self._url} answered {response.status_code}, not GraphQL") from None
        if answer.get("errors"):
            errors = answer["errors"]
            code = errors[0].get("extensions", {}).get("code", "")
            raise ServiceError("; ".join(error["message"] for error in errors), code)
        data: dict[str, Any] = answer["data"]
        return data


def wait_of(response: httpx.Response) -> float | None:
    """Return the seconds after which a request may come again, with jitter; None where the answer stands.

    The date that `Retry-After` may be instead is none of ours.
    """
    stated = response.headers.get("retry-after", "")
    if response.status_code not in _BUSY or not stated.isdecimal():
        return None
    return int(stated) * (1 + _JITTER * random.random())  # noqa: S311  no secret


def authorization(key: str | None = None) -> dict[str, str]:
    """Return the header that presents a key, the environment's if None; no header for an empty one.

    Raises `UnusableKey` for what no header can carry, spaces around it apart.
    """
    given = (os.environ.get(KEY_VARIABLE, "") if key is None else key).strip()
    if not (given.isascii() and given.isprintable()):
        raise UnusableKey(
            f"{KEY_VARIABLE} holds characters that no key has; accepted is a key, pk_live_..., or a token"
        )
    return {"authorization": f"Bearer {given}"} if given else {}
