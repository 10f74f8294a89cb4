"""Marks up GraphQL and JSON for reading: the text escaped, its words in spans that the style sheet colours."""

import re
from html import escape
from typing import Final

_TOKENS: Final = re.compile(
    r'(?P<comment>\#[^\n]*)|(?P<string>"(?:\\.|[^"\\\n])*")|(?P<variable>\$\w+)|(?P<spread>\.\.\.\s?\w*)'
    r"|(?P<keyword>\b(?:query|mutation|fragment|on|true|false|null)\b)|(?P<type>\b[A-Z]\w*\b)"
    r"|(?P<amount>-?\b\d[\d.]*\b)"
)


def marked_up(text: str) -> str:
    """Return HTML that shows the text as it is; its text content equals the text."""
    parts: list[str] = []
    end = 0
    for token in _TOKENS.finditer(text):
        parts.append(escape(text[end : token.start()], quote=False))
        parts.append(f'<span class="{token.lastgroup}">{escape(token[0], quote=False)}</span>')
        end = token.end()
    return "".join(parts) + escape(text[end:], quote=False)
