"""2006 IPCC Guidelines: mobile combustion, waste and wastewater factors, and their parameters and ranges as properties.

Layout: one row per default, `ipcc_2006_category, gas, fuel, parameter, technology, condition, value ...`;
ranges are printed as `0.5-3`.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from emission_factors.importers import Imported, ipcc_mobile, ipcc_waste
from emission_factors.importers.rows import BadCell, collected, decimal_text, source_rows
from emission_factors.importers.sheets import Row, slug

COLUMNS: Final = "ipcc_2006_category gas fuel parameter technology condition region value unit efdb_id source"

YEAR: Final = "2006"

PARAMETERS: Final[Mapping[str, tuple[str, str]]] = {
    "MCF (methane correction factor) by SWDS classification": ("MCF", "solid_waste_disposal"),
    "OX (oxidation factor for SWDS)": ("OXIDATION", "solid_waste_disposal"),
    "F (fraction of methane in generated landfill gas)": ("LANDFILL_GAS_METHANE", "solid_waste_disposal"),
    "Fraction of Degradable organic carbon which decomposes - DOCf": ("DOC_DECOMPOSED", "solid_waste_disposal"),
    "Degradable organic carbon (DOC) in clinical waste": ("DEGRADABLE_CARBON", "clinical_waste"),
    "Degradable organic carbon (DOC) content in clinical waste": ("DEGRADABLE_CARBON", "clinical_waste"),
    "Water content in clinical waste": ("WATER_CONTENT", "clinical_waste"),
    "Fossil carbon content in clinical waste": ("FOSSIL_CARBON", "clinical_waste"),
    "Total carbon content in clinical waste": ("TOTAL_CARBON", "clinical_waste"),
    "CH4 correction factor (MCF) for domestic wastewater": ("MCF", "domestic_wastewater"),
    "Methane correction factor (MCF) for industrial wastewater": ("MCF", "industrial_wastewater"),
    "Maximum CH4 producing capacity, Bo": ("BO", "wastewater"),
    "Correction factor for additional industrial BOD discharged into sewers": ("INDUSTRIAL_BOD", "domestic_wastewater"),
    "EF for N2O emissions": ("N2O_PER_PERSON", "domestic_wastewater"),
    "Factor to adjust for non-consumed protein discharged to wastewater pathways.": (
        "NON_CONSUMED_PROTEIN",
        "domestic_wastewater",
    ),
    "Factor to adjust for industrial and commercial co-discharged protein into the sewer system": (
        "CO_DISCHARGED_PROTEIN",
        "domestic_wastewater",
    ),
    "Factor of nitrogen in protein": ("NITROGEN_IN_PROTEIN", "domestic_wastewater"),
    "Factor to allow for co-discharge of industrial nitrogen into sewers": (
        "CO_DISCHARGED_NITROGEN",
        "domestic_wastewater",
    ),
    "Oxidation factor as % of carbon input": ("OXIDATION", "waste_burnt"),
    "Charge": ("CHARGE", ""),
    "Equipment lifetime": ("LIFETIME", ""),
    "Initial (assembly) emission": ("INSTALLATION_LOSS", ""),
    "Operation emission": ("LEAK_RATE", ""),
    "Recovery efficiency at disposal": ("RECOVERED", ""),
    "Initial charge remaining at disposal": ("CHARGE_REMAINING", ""),
}
"""Parameter -> property and substance; of refrigeration the substance is the equipment."""

UNITS: Final = {
    "": "1",
    "years": "yr",
    "% of initial charge": "%",
    "% of initial charge per year": "%",
    "% of remaining": "%",
    "Kg CH4/Kg COD": "kg CH4/kg COD",
    "Kg CH4/Kg BOD": "kg CH4/kg BOD",
    "g N2O/person/year": "g N2O/passenger.yr",
}
"""Printed unit -> unit of the table; what a percentage is of stands in the note."""

_RANGE = re.compile(r"(?P<low>[0-9]+(\.[0-9]+)?)-(?P<high>[0-9]+(\.[0-9]+)?)")


def read(lines: Iterable[str]) -> Imported:
    """Read the defaults; a parameter that is not known here is passed over."""
    result = Imported()
    rows = list(source_rows(lines, COLUMNS, result.errors))
    ipcc_mobile.add([row for row in rows if row["ipcc_2006_category"].startswith("1.A.3")], result)
    ipcc_waste.add([row for row in rows if row["ipcc_2006_category"].startswith("4.")], result)
    for row in rows:
        if row["parameter"] in PARAMETERS:
            collected(row, result, _parameter)
    return result


def _parameter(row: Row, result: Imported) -> None:
    name, substance = PARAMETERS[row["parameter"]]
    low, high = _figures(row)
    subject = row["technology"] or row["condition"]
    result.properties.append(
        {
            "record": row["efdb_id"] if substance else f"{row['efdb_id']}-{name.lower()}",
            "substance": substance or slug(row["technology"]),
            "property": name,
            "name_en": ", ".join(part for part in (row["parameter"], subject) if part),
            "region": "WORLD",
            "data_year": YEAR,
            "value": low,
            "value_high": high,
            "unit": UNITS.get(row["unit"], row["unit"]),
            "locator": ipcc_waste.cited(row["source"]),
            "note": row["unit"] if row["unit"].startswith("% of") else "",
        }
    )


def _figures(row: Row) -> tuple[str, str]:
    """Return the figure, or the two ends of a printed range; raises `BadCell`."""
    ends = _RANGE.fullmatch(row["value"])
    if not ends:
        return decimal_text(row, "value"), ""
    if Decimal(ends["low"]) > Decimal(ends["high"]):
        raise BadCell("value", row["value"], "is a range whose first end is the larger one")
    return ends["low"], ends["high"]
