"""The releases that ship with the service: which data sets each holds, and the hash that proves they never changed.

A release is cumulative: it holds every data set whose `first_release` is at most its number. The content hash covers
the files byte for byte; `data/releases.csv` states it, and loading refuses a file that no longer matches.
"""

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from emission_factors import catalogue, datasets
from emission_factors.catalogue import Catalogue, Release
from emission_factors.factors import Dataset, Factor
from emission_factors.properties import Property, read_properties
from emission_factors.resources import data_names, open_data


class ReleaseChanged(RuntimeError):
    """A shipped data set no longer has the bytes its release was published with."""


class UnknownRelease(ValueError):
    """No release of this number ships with the package."""


@dataclass(frozen=True, slots=True)
class DatasetFiles:
    """One data set as text: its row of `datasets.csv`, its factors and its properties (either may be empty)."""

    dataset_id: str
    metadata: Mapping[str, str]
    factors: str
    properties: str

    @property
    def sha256(self) -> str:
        """SHA-256 over metadata, factors and properties, each preceded by its length."""
        digest = hashlib.sha256()
        metadata = "\n".join(f"{name}={value}" for name, value in sorted(self.metadata.items()))
        for part in (metadata, self.factors, self.properties):
            encoded = part.encode()
            digest.update(len(encoded).to_bytes(8, "big"))
            digest.update(encoded)
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class ParsedDataset:
    """A data set read into records."""

    dataset: Dataset
    factors: tuple[Factor, ...]
    properties: tuple[Property, ...]


def content_hash(files: Mapping[str, str]) -> str:
    """Return the hash of a release from data set id -> SHA-256 of that data set."""
    lines = "".join(f"{dataset_id} {digest}\n" for dataset_id, digest in sorted(files.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


@lru_cache(maxsize=1)
def shipped_files() -> Mapping[str, DatasetFiles]:
    """Return data set id -> files of everything that ships with the package."""
    with open_data("datasets.csv") as lines:
        rows = list(csv.DictReader(lines))
    return {row["dataset_id"]: _files(row) for row in rows}


def shipped_releases() -> tuple[Release, ...]:
    """Return the releases that ship with the package, oldest first; raises `ReleaseChanged`."""
    with open_data("releases.csv") as lines:
        stated = [
            Release(
                int(row["number"]),
                row["name"],
                date.fromisoformat(row["published_on"]),
                row["content_hash"],
                row["note"],
            )
            for row in csv.DictReader(lines)
        ]
    digests = {name: files.sha256 for name, files in shipped_files().items()}  # once, though releases share data sets
    for release in stated:
        found = content_hash({name: digests[name] for name in shipped_members(release.number)})
        if found != release.content_hash:
            raise ReleaseChanged(
                f"release {release.number} was published with content hash {release.content_hash}, "
                f"its files now give {found}"
            )
    return tuple(stated)


def shipped_members(number: int) -> dict[str, DatasetFiles]:
    """Return the data sets of a shipped release."""
    files = shipped_files().items()
    return {name: found for name, found in files if int(found.metadata["first_release"]) <= number}


def parsed(files: DatasetFiles) -> ParsedDataset:
    """Read a data set's files, once for each content in a process; raises `datasets.BadRow`."""
    digest = files.sha256
    if digest not in _PARSED:
        _PARSED[digest] = parse(files)
    return _PARSED[digest]


_PARSED: Final[dict[str, ParsedDataset]] = {}


def parse(files: DatasetFiles) -> ParsedDataset:
    """Read a data set's files; raises `datasets.BadRow`."""
    found = datasets.dataset_of(files.metadata)
    return ParsedDataset(
        found,
        tuple(datasets.read_factors(found, io.StringIO(files.factors))),
        tuple(read_properties(files.dataset_id, io.StringIO(files.properties))),
    )


def assemble(release: Release, members: Mapping[str, ParsedDataset]) -> Catalogue:
    """Make the catalogue of a release from its parsed data sets."""
    return catalogue.build(
        release,
        {name: member.dataset for name, member in members.items()},
        (factor for member in members.values() for factor in member.factors),
        (item for member in members.values() for item in member.properties),
    )


def shipped_catalogue(number: int | None = None) -> Catalogue:
    """Return the catalogue of a shipped release, the newest if no number is given: one object per release.

    Raises `ReleaseChanged` or `UnknownRelease`.
    """
    return _catalogue_of(max(_verified()) if number is None else number)


@lru_cache(maxsize=1)
def _verified() -> Mapping[int, Release]:
    return {release.number: release for release in shipped_releases()}


@lru_cache(maxsize=4)
def _catalogue_of(number: int) -> Catalogue:
    releases = _verified()
    if number not in releases:
        raise UnknownRelease(f"no release {number} ships with the service; those that do are {sorted(releases)}")
    return assemble(releases[number], {name: parsed(files) for name, files in shipped_members(number).items()})


def _files(row: Mapping[str, str]) -> DatasetFiles:
    name = row["dataset_id"]
    return DatasetFiles(name, row, _text("factors", name), _text("properties", name))


def _text(folder: str, dataset_id: str) -> str:
    name = f"{dataset_id}.csv"
    if name not in data_names(folder):
        return ""
    with open_data(f"{folder}/{name}") as lines:
        return lines.read()
