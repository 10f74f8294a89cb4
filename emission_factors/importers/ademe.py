"""ADEME Base Carbone: elements with their component lines, gas parts in CO2e. Not shipped: what we have is a sample.

Only elements become factors; component lines (`Poste`) must add up to their element. Gas columns are CO2e of the gas,
biogenic CO2 stands apart. Layout: one row per line, `line_type, element_id, structure, status ... total_co2e ...`.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported, RowError, countries, french_dates
from emission_factors.importers.rows import (
    BadCell,
    collected,
    decimal_text,
    edition,
    factor_row,
    shifted,
    source_rows,
    unit_code,
)
from emission_factors.importers.sheets import Row

COLUMNS: Final = (
    "line_type element_id structure status name_fr name_en attribute_fr attribute_en boundary_fr boundary_en "
    "category_path unit_fr unit_en source geography created valid_until uncertainty_percent transparency quality "
    "quality_technological quality_geographical quality_temporal quality_completeness quality_precision "
    "quality_methodology component_type total_co2e co2_fossil ch4_fossil_co2e ch4_biogenic_co2e n2o_co2e "
    "other_ghg_co2e co2_biogenic"
)

ELEMENT: Final = "Elément"
COMPONENT: Final = "Poste"
GASES: Final = {
    "CO2": "co2_fossil",
    "CH4_FOSSIL": "ch4_fossil_co2e",
    "CH4_BIOGENIC": "ch4_biogenic_co2e",
    "N2O": "n2o_co2e",
}
UNITS: Final = {
    "device": ("item", 0),
    "passager.km": ("passenger.km", 0),
    "ton": ("t", 0),
    "ton of waste": ("t", 0),
    "Kg": ("kg", 0),
    "liter": ("L", 0),
    "keuro": ("EUR", -3),
}
"""Printed unit -> ours, and the places the figure is shifted by; any other is looked up as it stands."""

SCORES: Final = {
    "transparency": "transparency",
    "quality_technological": "technological",
    "quality_geographical": "geographical",
    "quality_temporal": "temporal",
    "quality_completeness": "completeness",
    "quality_precision": "precision",
    "quality_methodology": "methodology",
}
ROUNDING: Final = Decimal("0.01")
"""Share of the total by which rounded components may miss it."""

DATASET_FIELDS: Final = edition(
    dataset_id="ademe-base-carbone-sample",
    publisher="ADEME",
    title="Base Carbone",
    edition="sample",
    published_on="2025-12-31",
    gwp_set="AR5",
    licence="Licence Ouverte / Etalab 2.0",
    licence_url="https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
    attribution="ADEME, Base Carbone",
    redistribution="not_allowed",
    source_url="https://base-empreinte.ademe.fr",
    retrieved_on="2026-11-22",
    carry_years="10",
    first_release="3",
)
"""The licence would allow redistribution; the sample is not fit for it."""


def read(lines: Iterable[str]) -> Imported:
    """Read an export; every element is a factor, its components are checked and not kept."""
    result = Imported()
    rows = list(source_rows(lines, COLUMNS, result.errors))
    components: dict[str, list[Row]] = {}
    for row in rows:
        if row["line_type"] == COMPONENT:
            components.setdefault(row["element_id"], []).append(row)
    for row in rows:
        if row["line_type"] == ELEMENT:
            collected(row, result, lambda row, result: _element(row, components.get(row["element_id"], ()), result))
        elif row["line_type"] != COMPONENT:
            message = f"is no kind of line: {ELEMENT} or {COMPONENT} is accepted"
            result.errors.append(RowError(row.number, "line_type", row["line_type"], message))
    return result


def _element(row: Row, components: Sequence[Row], result: Imported) -> None:
    _check_sum(row, components)
    unit, places = _unit(row)
    created = _date(row, "created")
    is_split = bool(row["co2_fossil"]) and not Decimal(row["other_ghg_co2e"] or "0")
    parts = [f"{gas}={shifted(decimal_text(row, name), places)}" for gas, name in GASES.items() if row[name]]
    result.rows.append(
        factor_row(
            record=row["element_id"],
            name_en=_name(row),
            path=row["category_path"],
            region=_region(row),
            data_year=created[:4],
            valid_from=created,
            valid_to=_date(row, "valid_until") if row["valid_until"] else "",
            unit=unit,
            basis=GasBasis.CO2E_BY_GAS if is_split else GasBasis.CO2E_TOTAL,
            co2e=shifted(decimal_text(row, "total_co2e"), places),
            gases=";".join(parts) if is_split else "",
            co2_biogenic=_biogenic(row, places),
            uncertainty_low=row["uncertainty_percent"],
            uncertainty_high=row["uncertainty_percent"],
            quality="; ".join(f"{title} {row[name]}" for name, title in SCORES.items() if row[name]),
            locator=f"element {row['element_id']}",
            printed=f"{row['total_co2e']} {row['unit_en']}" if places else "",
            note="; ".join(part for part in (_archived(row), row["source"]) if part)[:200],
        )
    )


def _biogenic(row: Row, places: int) -> str:
    """Return the biogenic CO2 of an element, if it has any."""
    if not row["co2_biogenic"] or not Decimal(decimal_text(row, "co2_biogenic")):
        return ""
    return shifted(row["co2_biogenic"], places)


def _check_sum(row: Row, components: Sequence[Row]) -> None:
    """Raise `BadCell` where the component lines do not add up to the element, within rounding."""
    if not components:
        return
    total = Decimal(decimal_text(row, "total_co2e"))
    parts = sum((Decimal(decimal_text(part, "total_co2e")) for part in components), Decimal(0))
    if abs(total - parts) > abs(total) * ROUNDING:
        message = f"differs from the sum of its {len(components)} components, {parts}"
        raise BadCell("total_co2e", row["total_co2e"], message)


def _unit(row: Row) -> tuple[str, int]:
    printed = row["unit_en"].removeprefix("kgCO2e/")
    if printed == row["unit_en"]:
        raise BadCell("unit_en", printed, "is no emission per unit: kgCO2e per unit, such as kgCO2e/kWh, is accepted")
    name, places = UNITS.get(printed, (printed, 0))
    return unit_code(row, "unit_en", name), places


def _region(row: Row) -> str:
    try:
        return countries.by_name(row["geography"])
    except countries.UnknownCountry as error:
        raise BadCell("geography", row["geography"], str(error)) from None


def _date(row: Row, column: str) -> str:
    try:
        return french_dates.last_day(row[column]).isoformat()
    except french_dates.NotADate as error:
        raise BadCell(column, row[column], str(error)) from None


def _name(row: Row) -> str:
    """Return the element's name with its attribute and boundary, English where it is given."""
    stems = ("name", "attribute", "boundary")
    return ", ".join(text for stem in stems if (text := row[f"{stem}_en"] or row[f"{stem}_fr"]))


def _archived(row: Row) -> str:
    return "archived by the publisher" if row["status"].startswith("Archiv") else ""
