"""Publishers' files that users bring themselves: which layouts are understood, and what data set one becomes.

Next year's DESNZ flat file or EPA table has the layout of this year's; importing it makes a data set of that edition.
Data that may not be redistributed is not shipped and comes in the same way, under the licence its holder has.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from emission_factors.datasets import COLUMNS, BadRow, dataset_of, factor_of
from emission_factors.importers import Imported, RowError, ademe, cpcd, desnz, ember, epa_hub, epa_supply_chain, ifi
from emission_factors.importers.build import PROPERTY_COLUMNS, written
from emission_factors.releases import DatasetFiles, shipped_files


class UnknownLayout(ValueError):
    """No importer reads this layout, or it needs another number of files."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout: how many files it takes, who reads them, and the data set it becomes.

    `like` is a shipped data set whose publisher, licence and terms the new edition shares; where none ships, `fields`
    says them.
    """

    files: int
    read: Callable[[Sequence[list[str]], int], Imported]
    dataset_id: str
    like: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition to import: its layout, the year it is of, and the day it was published (YYYY-MM-DD)."""

    layout: str
    year: int
    published_on: str


LAYOUTS: Final[Mapping[str, Layout]] = MappingProxyType(
    {
        "desnz": Layout(1, lambda files, year: desnz.read(files[0], year), "uk-desnz-{year}", "uk-desnz-2025"),
        "epa-hub": Layout(
            1, lambda files, year: epa_hub.read(files[0], year), "us-epa-ghg-hub-{year}", "us-epa-ghg-hub-2025"
        ),
        "epa-supply-chain": Layout(
            2,
            lambda files, year: epa_supply_chain.read(files[0], files[1], year),
            "us-epa-supply-chain-{year}",
            "us-epa-supply-chain-v1.3",
        ),
        "cpcd": Layout(1, lambda files, _: cpcd.read(files[0]), "cn-cpcd-{year}", fields=cpcd.DATASET_FIELDS),
        "ember": Layout(
            1, lambda files, _: ember.read(files[0]), "ember-electricity-{year}", fields=ember.DATASET_FIELDS
        ),
        "ademe": Layout(
            1, lambda files, _: ademe.read(files[0]), "ademe-base-carbone-{year}", fields=ademe.DATASET_FIELDS
        ),
        "ifi": Layout(1, lambda files, _: ifi.read(files[0]), "ifi-grid-{year}", fields=ifi.DATASET_FIELDS),
    }
)
"""Layout name -> how it is read."""


def read_edition(edition: Edition, files: Sequence[list[str]]) -> Imported:
    """Read the lines of an edition's files; faults are collected, rows that make no factor among them.

    Raises `UnknownLayout`.
    """
    layout = LAYOUTS.get(edition.layout)
    if layout is None or len(files) != layout.files:
        needed = ", ".join(f"{name} ({found.files} file{'s' * (found.files > 1)})" for name, found in LAYOUTS.items())
        raise UnknownLayout(f"{edition.layout!r} with {len(files)} files is not understood; known are {needed}")
    read = layout.read(files, edition.year)
    dataset = dataset_of(_metadata(edition, layout))
    for number, row in enumerate(read.rows, 1):
        try:
            factor_of(dataset, {name: row.get(name, "") for name in COLUMNS})
        except BadRow as error:
            read.errors.append(RowError(number, error.column, error.record, str(error)))
    return read


def edition_files(edition: Edition, read: Imported) -> DatasetFiles:
    """Return a read edition as a data set, ready for a release."""
    metadata = _metadata(edition, LAYOUTS[edition.layout])
    properties = written(PROPERTY_COLUMNS, read.properties) if read.properties else ""
    return DatasetFiles(metadata["dataset_id"], metadata, written(COLUMNS, read.rows), properties)


def _metadata(edition: Edition, layout: Layout) -> dict[str, str]:
    """Return the data set's row: the publisher's terms, and this edition's id and dates."""
    fields = dict(shipped_files()[layout.like].metadata if layout.like else layout.fields)
    return fields | {
        "dataset_id": layout.dataset_id.format(year=edition.year),
        "title": fields["title"].replace("2025", str(edition.year)) if layout.like else fields["title"],
        "edition": f"{edition.year}, imported by the user",
        "published_on": edition.published_on,
        "source_url": fields["source_url"] if not layout.like else "",
        "retrieved_on": "",
        "first_release": "0",
        "supersedes": layout.like,
    }
