"""Blocks of whole lines: text cut where a record ends, with line ends as LF, and a cap on the length of a line."""

from collections.abc import Iterable, Iterator

from api.ingest.formats.faults import FileFault, Limits, UnreadableFile, sized


def blocks(pieces: Iterable[bytes], limits: Limits, *, is_quoted: bool) -> Iterator[bytes]:
    """Return the text in blocks of about `limits.block_bytes`, each of whole lines and ending with LF.

    CR LF and CR become LF. With `is_quoted`, a line end between double quotes ends no record (RFC 4180, 2.6). Raises
    `UnreadableFile` for a record longer than `limits.line_bytes`, without reading all of it.
    """
    rest, lines = b"", 1
    for group in _gathered(_with_line_feeds(pieces), limits.block_bytes):
        block, rest = _cut([rest, *group], is_quoted=is_quoted)
        if block:
            yield block
            lines += block.count(b"\n")
        if len(rest) > limits.line_bytes:
            raise _too_long(lines, rest, limits, is_quoted=is_quoted)
    if rest:
        if is_quoted and rest.count(b'"') % 2 and rest.count(b"\n") > 0:
            raise _too_long(lines, rest, limits, is_quoted=True)
        yield rest if rest.endswith(b"\n") else rest + b"\n"


def _with_line_feeds(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = b""
    for piece in pieces:
        data = held + piece
        held = b"\r" if data.endswith(b"\r") else b""
        data = data[: len(data) - len(held)]
        if b"\r" in data:
            data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield data
    if held:
        yield b"\n"


def _gathered(pieces: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    """Put small pieces together, so that a block is worth parsing at once."""
    held: list[bytes] = []
    count = 0
    for piece in pieces:
        held.append(piece)
        count += len(piece)
        if count >= size:
            yield held
            held, count = [], 0
    yield held


def _cut(held: list[bytes], *, is_quoted: bool) -> tuple[bytes, bytes]:
    """Return the whole records of what is held, and the rest. Copied once where the last piece ends one."""
    last = held[-1]
    cut = last.rfind(b"\n") + 1
    if cut and not (is_quoted and any(b'"' in piece for piece in held)):
        return b"".join([*held[:-1], last[:cut]]), last[cut:]
    whole = b"".join(held)
    cut = _last_end(whole, is_quoted=is_quoted)
    return whole[:cut], whole[cut:]


def _last_end(data: bytes, *, is_quoted: bool) -> int:
    """Return where the last whole record ends; 0 where none does."""
    cut = data.rfind(b"\n") + 1
    if not is_quoted:
        return cut
    is_open = data.count(b'"', 0, cut) % 2 == 1
    while cut and is_open:
        before = data.rfind(b"\n", 0, cut - 1) + 1
        is_open = data.count(b'"', before, cut) % 2 == 0
        cut = before
    return cut


def _too_long(line: int, rest: bytes, limits: Limits, *, is_quoted: bool) -> UnreadableFile:
    if is_quoted and rest.count(b'"') % 2 and b"\n" in rest:
        first = line + rest.count(b"\n", 0, rest.find(b'"'))
        message = f"a double quote from line {first} on is not closed; write one within a cell as two"
        return UnreadableFile(FileFault.FORMAT, message)
    begin = rest[:40].decode(errors="replace")
    message = f"line {line} has more than {sized(limits.line_bytes)}, the most accepted; it begins {begin!r}"
    return UnreadableFile(FileFault.LINE_TOO_LONG, message)
