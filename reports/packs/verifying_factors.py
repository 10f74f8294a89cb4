"""The factors of a pack against the report and the factor release that it names, where this installation has it."""

import csv
import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from emission_factors.catalogue import Catalogue
from emission_factors.releases import UnknownRelease, shipped_catalogue
from reports.packs.columns import numbered
from reports.packs.factors import FACTORS, SHEET, factor_lines
from reports.packs.opened import BadPack, OpenedPack
from reports.packs.pack_findings import PackFinding, PackFindingKind, finding

_MOST_BYTES: Final = 64_000_000


def verify_factors(pack: OpenedPack, data: bytes) -> Iterator[PackFinding]:
    """Make the sheet again from the report's document, and say where the pack's is another; `data` is canonical JSON
    whose signature others check.
    """
    try:
        found = pack.read(SHEET, _MOST_BYTES)
        document = json.loads(data)
        release, digest = int(document["rests"]["factorRelease"]), str(document["rests"]["factorReleaseHash"])
        catalogue = _shipped(release, digest)
        made = factor_lines(document, catalogue) if catalogue else None
    except BadPack as error:
        yield finding(PackFindingKind.BAD_FILE, file=SHEET, reason=str(error))
        return
    except (LookupError, TypeError, ValueError) as error:
        reason = f"the report's own factors cannot be read: {type(error).__name__} {error}"
        yield finding(PackFindingKind.BAD_FILE, file=SHEET, reason=reason)
        return
    of_release: dict[str, str | int] = {"file": SHEET, "release": release, "hash": digest}
    if made is None:
        yield finding(PackFindingKind.FACTORS_NOT_COMPARED, **of_release)
    elif found == made:
        yield finding(PackFindingKind.FACTORS_HOLD, count=len(numbered(made)) - 1, **of_release)
    else:
        yield _difference(found, made)


def _shipped(release: int, digest: str) -> Catalogue | None:
    """Return the catalogue of a release if it is here with the same content."""
    try:
        found = shipped_catalogue(release)
    except UnknownRelease:
        return None
    return found if found.release.content_hash == digest else None


def _difference(found: bytes, made: bytes) -> PackFinding:
    """Name the first line that differs, and what differs in it."""
    try:
        there = numbered(found)
    except (csv.Error, UnicodeDecodeError) as error:
        return finding(PackFindingKind.BAD_FILE, file=SHEET, reason=str(error))
    if [cells for _, cells in there[:1]] != [list(FACTORS)]:
        return finding(PackFindingKind.BAD_FILE, file=SHEET, reason=f"it has other columns than {', '.join(FACTORS)}")
    beyond: tuple[int, list[str]] = (there[-1][0] + 1, [])
    for (line, cells), (_, others) in zip_longest(there, numbered(made), fillvalue=beyond):
        if cells != others:
            reason = _other_cells(cells, others)
            return finding(PackFindingKind.BAD_ROW, file=SHEET, line=line, reason=reason)
    reason = "its cells are right, but its bytes are others: ends of lines or quotes"
    return finding(PackFindingKind.BAD_FILE, file=SHEET, reason=reason)


def _other_cells(cells: list[str], others: list[str]) -> str:
    if not others:
        return f"{cells[0]!r:.80} is no factor of the report"
    if not cells:
        return f"the factor {others[0]} of the report is not there"
    for name, cell, other in zip(FACTORS, cells, others, strict=False):
        if cell != other:
            return f"{name} is {cell!r:.80}, by the report and its factor release it is {other!r:.80}"
    return f"it has {len(cells)} cells; accepted are {len(others)}"
