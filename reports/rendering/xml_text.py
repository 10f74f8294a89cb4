"""XML as text: elements, escaped; what XML cannot hold is refused. The writer keeps the order it is given."""

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from reports.rendering.errors import CannotRender

DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0, production 2, leaves out."""


def element(name: str, attributes: dict[str, str], *children: str) -> str:
    """Return an element; `children` are XML already, such as other elements and `text`.

    >>> element("p", {"class": "a & b"}, text("1 < 2"))
    '<p class="a &amp; b">1 &lt; 2</p>'
    """
    written = "".join(f" {key}={quoteattr(_checked(value))}" for key, value in attributes.items())
    return f"<{name}{written}>{''.join(children)}</{name}>" if children else f"<{name}{written}/>"


def text(value: str) -> str:
    """Return a text as XML. Raises `CannotRender` for a control character."""
    return escape(_checked(value))


def _checked(value: str) -> str:
    refused = _NO_CHARACTER.search(value)
    if refused:
        raise CannotRender(f"the text {value[:60]!r} holds U+{ord(refused[0]):04X}, which no XML document can hold")
    return value
