"""Bodies whose length nobody states are counted as they come, so that none is held that is longer than is accepted."""

from starlette.types import Message, Receive


class BodyTooLong(Exception):
    """More came than is accepted; the rest is not read."""


def capped(receive: Receive, most: int) -> Receive:
    """Return the same source of a body; it raises `BodyTooLong` beyond `most` bytes."""
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > most:
            raise BodyTooLong(f"the body has more than {most} bytes; at most {most} are taken")
        return message

    return counted
