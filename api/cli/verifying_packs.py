"""`parkledger verify pack FILE --key K`: an evidence pack verified offline, what was posted included."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.histories import read_file
from api.cli.printing import err, out
from api.cli.verifying import language_of, trusted_keys

if TYPE_CHECKING:
    from reports.packs.opened import OpenedPack
    from reports.packs.pack_findings import PackVerdict


def pack(
    file: Annotated[Path, typer.Argument(help="An evidence pack: the ZIP, or the folder that it was unpacked into.")],
    key: Annotated[
        list[str],
        typer.Option(help="Line of a key that is trusted, name+hash+base64, or a file that holds it; repeat."),
    ],
    since: Annotated[list[Path] | None, typer.Option("--from", help="A checkpoint kept outside; repeat.")] = None,
    language: Annotated[str, typer.Option(help="Language of the words: en or zh.")] = "en",
) -> None:
    """Verify an evidence pack offline: its files, report, editions, renderings, histories, and each posted row.

    Of every posting the digest that the history has is made again from the rows in the pack. Exits with 1 where
    anything does not hold, and names file, line and posting.
    """
    from reports.packs.opened import BadPack, OpenedPack
    from reports.packs.pack_findings import PackFindingKind, PackVerdict, finding
    from reports.packs.verifying import verify_pack

    words, keys, kept = language_of(language), trusted_keys(key), [read_file(one) for one in since or ()]
    try:
        opened = OpenedPack(file)
        verdict = _with_renderings(verify_pack(opened, keys, kept), opened)
    except BadPack as error:
        verdict = PackVerdict((finding(PackFindingKind.UNREADABLE, reason=str(error)),))
    for line in verdict.told(words):
        (out if verdict.holds else err).print(line, markup=False, highlight=False, soft_wrap=True)
    if not verdict.holds:
        raise typer.Exit(1)


def _with_renderings(verdict: "PackVerdict", pack: "OpenedPack") -> "PackVerdict":
    """Compare the renderings in a pack that holds with its report."""
    if not verdict.holds or verdict.report is None:
        return verdict
    from reports.packs.verifying import SIGNED
    from reports.signed_reports import MAX_BYTES, read_signed_report
    from reports.verifying_renderings import verify_rendering

    paths = [name for name in pack.names if name.startswith("report/")]
    [signed] = [name for name in paths if name.endswith(SIGNED)]
    document = read_signed_report(pack.read(signed, MAX_BYTES)).document
    others = [name for name in paths if name != signed]
    found = [verify_rendering(document, pack.read(name, MAX_BYTES), name) for name in others]
    return replace(verdict, report=verdict.report.with_findings(found))
