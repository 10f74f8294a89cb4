"""The factors that a report used, as a sheet of its pack: made of its document and its factor release alone, so that
whoever has both makes the same bytes.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from emission_factors import decimals
from emission_factors.catalogue import Catalogue
from emission_factors.factors import Factor
from reports.packs.columns import csv_lines

SHEET: Final = "factors.csv"
FACTORS: Final = (
    "factorId", "origin", "name", "nameZh", "publisher", "document", "edition", "table", "year", "region", "validFrom",
    "validTo", "unit", "basis", "co2e", "gases", "biogenicCo2", "asPrinted", "status", "licence", "licenceUrl",
    "attribution", "source", "note",
)  # fmt: skip
"""Columns of the factors. Those of origin LEDGER are in no release: the report's own table says what it knows."""
_LEDGER: Final = "LEDGER"


def factor_lines(document: Mapping[str, Any], catalogue: Catalogue) -> bytes:
    """Return the factors that a report's document used: those of the catalogue by id, then others by the report."""
    used = {key for line in document["lines"] for key in line["factors"]}
    published = [_factor(catalogue.factors[key]) for key in sorted(used & catalogue.factors.keys())]
    return csv_lines([FACTORS, *published, *_others(document, catalogue)])


def _factor(one: Factor) -> tuple[object, ...]:
    of = one.dataset
    gases = "; ".join(f"{gas}={decimals.plain(decimals.exact(amount))}" for gas, amount in one.gases)
    co2e, biogenic = (
        "" if value is None else decimals.plain(decimals.exact(value)) for value in (one.co2e, one.co2_biogenic)
    )
    return (
        one.factor_id, one.origin, one.name_en, one.name_zh, of.publisher, of.title, of.edition, one.locator,
        one.data_year, one.region, one.valid_from, one.valid_to or "", one.unit, one.basis, co2e, gases, biogenic,
        one.printed, one.status, of.licence, of.licence_url, of.attribution, of.source_url, one.note,
    )  # fmt: skip


def _others(document: Mapping[str, Any], catalogue: Catalogue) -> Iterable[tuple[object, ...]]:
    """Yield what the report's table of factors says of those that no release holds."""
    for table in document["tables"]:
        if not table["code"].endswith("FACTORS"):
            continue
        names = [column["code"] for column in table["columns"]]
        for row in table["rows"]:
            told = dict(zip(names, row["cells"], strict=True))
            if told["id"] not in catalogue.factors:
                yield _other(row["heading"], told)


def _other(heading: Mapping[str, str], told: Mapping[str, str | None]) -> tuple[object, ...]:
    known = {
        "factorId": told["id"], "origin": _LEDGER, "name": heading["en"], "nameZh": heading["zh"],
        "publisher": told["publisher"], "document": told["document"], "year": told["year"], "region": told["region"],
        "unit": told["unit"], "asPrinted": told["published"], "note": told["flags"],
    }  # fmt: skip
    return tuple(known.get(name) or "" for name in FACTORS)
