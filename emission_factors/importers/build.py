"""Makes the shipped data set files from the publishers' files: `python -m emission_factors.importers.build FOLDER`.

The publishers' files are not part of the project; whoever holds them can run this and compare byte for byte.
"""

import csv
import io
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emission_factors.datasets import COLUMNS
from emission_factors.importers import Imported, jobs, jobs_uk_us

PROPERTY_COLUMNS: Final = (
    "record substance property name_en name_zh region data_year value value_high unit locator note"
).split()
"""Columns of a properties file, in order."""


@dataclass(frozen=True, slots=True)
class Job:
    """One data set: its id, the publisher's files it is made from, and the importer that reads them."""

    dataset_id: str
    files: tuple[str, ...]
    read: Callable[[Sequence[list[str]]], Imported]


JOBS: Final = tuple(Job(*job) for job in (*jobs.JOBS, *jobs_uk_us.JOBS))
"""Every shipped data set that is made from publishers' files."""


def written(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> str:
    """Return rows as the text of a data file; columns a row lacks are empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def built(job: Job, folder: Path) -> Imported:
    """Read a job's files from `folder` and import them."""
    return job.read([(folder / name).read_text(encoding="utf-8").splitlines() for name in job.files])


def main(folder: Path, data: Path) -> int:
    """Write every data set below `data`; return the number of faults found."""
    faults = 0
    for job in JOBS:
        imported = built(job, folder)
        faults += len(imported.errors)
        for error in imported.errors:
            sys.stderr.write(f"{job.dataset_id}: {error}\n")
        if imported.rows:
            (data / "factors" / f"{job.dataset_id}.csv").write_text(written(COLUMNS, imported.rows), encoding="utf-8")
        if imported.properties:
            text = written(PROPERTY_COLUMNS, imported.properties)
            (data / "properties" / f"{job.dataset_id}.csv").write_text(text, encoding="utf-8")
    return faults


if __name__ == "__main__":
    sys.exit(1 if main(Path(sys.argv[1]), Path(__file__).parent.parent / "data") else 0)
