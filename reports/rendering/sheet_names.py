"""Names of a workbook's sheets: what a spreadsheet accepts, each once."""

import re
from collections.abc import Sequence
from typing import Final

from reports.rendering import words
from reports.rendering.languages import Language

MAX_NAME: Final = 31
"""Characters of a sheet's name."""
_REFUSED: Final = re.compile(r"[\[\]:*?/\\]|^'|'$")


def sheet_names(codes: Sequence[str], language: Language) -> list[str]:
    """Return the names of the head's sheet, of one sheet for each code, of the lines' sheet.

    Names differ by more than case; one that is taken gets a number.
    """
    wanted = [language.of(words.HEAD_SHEET), *codes, language.of(words.LINES_SHEET)]
    names: list[str] = []
    for name in wanted:
        cut = _REFUSED.sub("_", name)[:MAX_NAME]
        taken = {other.casefold() for other in names}
        number = 2
        while cut.casefold() in taken:
            ending = f" {number}"
            cut = _REFUSED.sub("_", name)[: MAX_NAME - len(ending)] + ending
            number += 1
        names.append(cut)
    return names
