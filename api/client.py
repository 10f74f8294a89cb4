"""A small client of our own API, for the commands that talk to a running service."""

from types import TracebackType
from typing import Any, Self

import httpx
import msgspec


class ServiceError(Exception):
    """The service answered with an error; the message is its own."""


class Client:
    """Sends operations to one service. Retries are the caller's: every write has an idempotency key."""

    def __init__(self, url: str, timeout_s: float = 60) -> None:
        address = url.rstrip("/")
        self._url = address if address.endswith("/graphql") else f"{address}/graphql"
        self._http = httpx.Client(timeout=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._http.close()

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run an operation and return its data; raises `ServiceError` or `httpx.TransportError`."""
        body = msgspec.json.encode({"query": document, "variables": variables or {}})
        response = self._http.post(self._url, content=body, headers={"content-type": "application/json"})
        try:
            answer = msgspec.json.decode(response.content)
        except msgspec.DecodeError:
            raise ServiceError(f"{self._url} answered {response.status_code}, not GraphQL") from None
        if answer.get("errors"):
            raise ServiceError("; ".join(error["message"] for error in answer["errors"]))
        data: dict[str, Any] = answer["data"]
        return data
