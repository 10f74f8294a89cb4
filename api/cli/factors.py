"""`parkledger factors`: search the catalogue, show a factor, import a publisher's file as a new release."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from api.cli.failures import Failed
from api.cli.printing import err, out
from emission_factors.decimals import plain, rounded
from emission_factors.editions import LAYOUTS, Edition, UnknownLayout, edition_files, read_edition
from emission_factors.factors import Factor
from emission_factors.releases import DatasetFiles, ReleaseChanged, shipped_catalogue
from emission_factors.search import FactorFilter, find_factors

app = typer.Typer(
    help="Search the shipped emission factors, show one, or import a publisher's file.", no_args_is_help=True
)


@app.command()
def search(
    words: Annotated[list[str], typer.Argument(help="Words in English or Chinese; all must match.")],
    region: Annotated[str, typer.Option(help="Only this region.")] = "",
    year: Annotated[int | None, typer.Option(help="Only this data year.")] = None,
    limit: Annotated[int, typer.Option(help="How many to show.", min=1, max=500)] = 20,
) -> None:
    """Find factors by words.

    Example: parkledger factors search 广东 电力
    """
    found = find_factors(shipped_catalogue(), FactorFilter(text=" ".join(words), region=region, data_year=year))
    table = Table(box=None, pad_edge=False)
    # An id that is cut cannot be used; the name gives way first.
    table.add_column("id", no_wrap=True, min_width=max((len(factor.factor_id) for factor in found[:limit]), default=0))
    for header in ("name", "region", "year", "kg CO2e or CO2", "per"):
        table.add_column(header)
    for factor in found[:limit]:
        table.add_row(
            factor.factor_id,
            factor.name_zh or factor.name_en,
            factor.region,
            str(factor.data_year),
            _value(factor),
            factor.unit,
        )
    out.print(table)
    out.print(f"{min(limit, len(found))} of {len(found)}")


@app.command()
def show(factor_id: Annotated[str, typer.Argument(help="Id, as search prints it.")]) -> None:
    """Show one factor with its source."""
    factor = shipped_catalogue().factors.get(factor_id)
    if factor is None:
        raise Failed(
            f"the newest shipped release has no factor {factor_id!r}; find it with `parkledger factors search`"
        )
    for name, value in _details(factor):
        out.print(f"{name:<14}{value}")


@app.command("import")
def import_file(
    layout: Annotated[str, typer.Argument(help=f"Layout of the file: {', '.join(LAYOUTS)}.")],
    files: Annotated[
        list[Path],
        typer.Argument(help="The publisher's file or files, saved as UTF-8 CSV.", exists=True, dir_okay=False),
    ],
    year: Annotated[int, typer.Option(help="Year of the edition.")],
    published_on: Annotated[str, typer.Option(help="Day it was published, YYYY-MM-DD.")],
    commit: Annotated[bool, typer.Option("--commit", help="Add the release; without it nothing is changed.")] = False,
) -> None:
    """Import next year's edition of a publisher's file as a new factor release. Shows what it would do first.

    Without --commit it is a dry run: rows, faults with row and column, and nothing written.
    Example: parkledger factors import desnz flat-file-2026.csv --year 2026 --published-on 2026-06-10
    """
    try:
        edition = Edition(layout, year, published_on)
        read = read_edition(edition, [file.read_text(encoding="utf-8-sig").splitlines() for file in files])
    except UnknownLayout as error:
        raise Failed(str(error)) from None
    except UnicodeDecodeError as error:
        raise Failed(f"a file is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    for fault in read.errors:
        err.print(str(fault), style="red")
    kinds = sum(bool(row["kinds"]) for row in read.rows)
    counted = f"{len(read.rows)} factors ({kinds} for activity types), {len(read.properties)} properties"
    out.print(f"{counted}, {len(read.errors)} faults")
    if read.errors:
        raise Failed("the file has faults; nothing was imported")
    if not commit:
        out.print("dry run, nothing was changed; add --commit to make a release of it")
        return
    _commit(edition, edition_files(edition, read))


def _commit(edition: Edition, files: DatasetFiles) -> None:
    from api.cli.preparing import prepared
    from api.settings import Settings
    from ledger import releases

    databases = prepared(Settings())
    try:
        release = releases.add_release(
            databases.owner_url, {files.dataset_id: files}, f"{edition.layout} {edition.year}"
        )
    except ReleaseChanged as error:
        raise Failed(str(error)) from None
    finally:
        databases.stop()
    out.print(f"factor release {release.number} made, content hash {release.content_hash}")


def _value(factor: Factor) -> str:
    if factor.co2e is not None:
        return plain(rounded(factor.co2e))
    return "; ".join(f"{name} {plain(rounded(value))}" for name, value in factor.gases[:3])


def _details(factor: Factor) -> list[tuple[str, str]]:
    cited = factor.citation
    parts = "; ".join(f"{name} {plain(rounded(value))}" for name, value in factor.gases)
    return [
        ("id", factor.factor_id),
        ("name", f"{factor.name_en} {factor.name_zh}".strip()),
        ("for", ", ".join(factor.kinds) or "no activity type; use it by its id"),
        ("region", factor.region),
        ("data year", str(factor.data_year)),
        ("total", f"{plain(rounded(factor.co2e))} kg CO2e/{factor.unit}" if factor.co2e is not None else "-"),
        ("gases", f"{parts} ({factor.basis}, per {factor.unit})"),
        ("biogenic CO2", plain(rounded(factor.co2_biogenic)) if factor.co2_biogenic is not None else "-"),
        ("publisher", cited.publisher),
        ("document", f"{cited.document}, {cited.locator}"),
        ("published", str(cited.published_on)),
        ("licence", cited.licence),
        ("status", factor.status),
        ("note", factor.note or "-"),
    ]
