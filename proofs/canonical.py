"""Canonical JSON: one value, one sequence of bytes (RFC 8785), and a reader that accepts nothing doubtful.

Our rule is stricter than the standard's: no floating point number occurs. Decimals are strings, integers stay within
what every JSON reader holds exactly. What is left of the standard is the order of members and the spelling of texts.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NoReturn, TypeAlias

from proofs.errors import NotCanonical

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"
"""What may be made canonical: no floats."""
MAX_INTEGER: Final = 2**53 - 1
"""Largest integer that IEEE 754 doubles hold exactly, and so every JSON reader (RFC 8785, 3.2.2.3)."""
MAX_DEPTH: Final = 64
"""Lists and objects within each other."""
_Path = tuple[str | int, ...]
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, check_circular=False, separators=(",", ":"))
"""Escapes what RFC 8785, 3.2.2.2 escapes, and nothing else; the order of members is that of the dict."""


def canonical_bytes(value: Json) -> bytes:
    """Return the RFC 8785 form of `value`: members sorted by UTF-16 units, no blanks, UTF-8.

    Raises `NotCanonical` with the path of a float, a `Decimal` that was not made a text, an integer beyond 2^53 - 1, a
    member name that is no text, half a surrogate pair, nesting deeper than `MAX_DEPTH`.

    >>> canonical_bytes({"unit": "MWh", "quantity": "12.50"})
    b'{"quantity":"12.50","unit":"MWh"}'
    """
    return _ENCODER.encode(_ordered(value, ())).encode("utf-8")


def read_json(data: bytes) -> Json:
    """Return the value of a strict JSON text in UTF-8; objects are dicts, arrays lists.

    Raises `NotCanonical` at a float, NaN or Infinity, an integer beyond 2^53 - 1, a member that occurs twice, anything
    before or after the value, bytes that are no UTF-8, and whatever `canonical_bytes` would not write.
    """
    value = _loaded(data)
    _ordered(value, ())
    return value


def read_canonical(data: bytes) -> Json:
    """Return the value of `data`, which must be its canonical bytes exactly. Raises `NotCanonical` as `read_json` does.

    >>> read_canonical(b'{"a": 1}')
    Traceback (most recent call last):
    proofs.errors.NotCanonical: $: not the canonical form, which differs at byte 5
    """
    value = _loaded(data)
    wanted = canonical_bytes(value)
    if wanted != data:
        pairs = enumerate(zip(wanted, data, strict=False))
        at = next((at for at, (one, other) in pairs if one != other), min(len(wanted), len(data)))
        raise NotCanonical(_spelled(()), f"not the canonical form, which differs at byte {at}")
    return value


def decimal_text(value: Decimal) -> str:
    """Return the one text of a decimal: no exponent, no zeros at the end, no negative zero; exact at any length.

    Raises `NotCanonical` for NaN and infinities.

    >>> decimal_text(Decimal("12.500")), decimal_text(Decimal("-0.0")), decimal_text(Decimal("1E+3"))
    ('12.5', '0', '1000')
    """
    if not value.is_finite():
        raise NotCanonical(_spelled(()), f"the decimal {value}; accepted are finite decimals")
    text = format(value, "f")  # never normalize(): it rounds to the digits of the context
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _loaded(data: bytes) -> Json:
    try:
        value: Json = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_members,
            parse_float=_no_float,
            parse_constant=_no_float,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        raise NotCanonical(_spelled(()), f"byte {error.start} is no UTF-8") from error
    except json.JSONDecodeError as error:
        raise NotCanonical(_spelled(()), f"no JSON at character {error.pos}: {error.msg}") from error
    except RecursionError as error:
        raise NotCanonical(_spelled(()), f"nested too deeply; accepted are {MAX_DEPTH} levels") from error
    return value


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise NotCanonical(_spelled(()), f"the member {twice!r} occurs twice in an object")
    return found


def _no_float(literal: str) -> NoReturn:
    raise NotCanonical(_spelled(()), f"the number {literal}; decimals are written as strings, and there is no NaN")


def _integer(literal: str) -> int:
    if len(literal) > len(str(-MAX_INTEGER)):  # never converts a number of a million digits
        raise NotCanonical(_spelled(()), f"an integer of {len(literal)} digits; accepted is up to {MAX_INTEGER}")
    return int(literal)


def _ordered(value: object, path: _Path) -> object:
    """Return the value with the members of every object in order; refuse what has no canonical form."""
    if isinstance(value, str):
        return _text(value, path)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return _whole(value, path)
    if not isinstance(value, list | tuple | dict):
        accepted = "objects, arrays, texts, integers, true, false, null, and decimals as texts"
        raise NotCanonical(_spelled(path), f"a {type(value).__name__}, {value!r}; accepted are {accepted}")
    if len(path) >= MAX_DEPTH:
        raise NotCanonical(_spelled(path), f"nested too deeply; accepted are {MAX_DEPTH} levels")
    if isinstance(value, dict):
        return {name: _ordered(value[name], (*path, name)) for name in _names(value, path)}
    return [_ordered(member, (*path, number)) for number, member in enumerate(value)]


def _names(value: dict[object, object], path: _Path) -> list[str]:
    """Return the member names in the order of their UTF-16 units (RFC 8785, 3.2.3), which differs from that of
    characters.
    """
    names: list[str] = []
    for name in value:
        if not isinstance(name, str):
            raise NotCanonical(_spelled(path), f"the member name {name!r}; accepted are texts")
        names.append(_text(name, path))
    if all(map(str.isascii, names)):
        return sorted(names)
    return sorted(names, key=lambda name: name.encode("utf-16-be"))


def _text(value: str, path: _Path) -> str:
    try:
        if not value.isascii():
            value.encode("utf-8")
    except UnicodeEncodeError as error:
        fault = f"the text {value!r} holds half a surrogate pair, which is no character"
        raise NotCanonical(_spelled(path), fault) from error
    return value


def _whole(value: int, path: _Path) -> int:
    if abs(value) > MAX_INTEGER:
        raise NotCanonical(_spelled(path), f"the integer {value}; accepted is up to {MAX_INTEGER}, larger ones as text")
    return value


def _spelled(path: _Path) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
