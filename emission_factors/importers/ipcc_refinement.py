"""Two wastewater figures of the 2019 Refinement to the 2006 IPCC Guidelines (Vol. 5 ch. 6), stated here one by one.

No file of ours has them: they are quoted by public models (0.016 kg N2O-N per kg N; 0.0075 = 0.25 x 0.03 kg CH4 per
kg COD) and were not read in the document, so their status is single source.
"""

from typing import Final

from emission_factors.factors import GasBasis
from emission_factors.importers import Imported
from emission_factors.importers.rows import factor_row

YEAR: Final = "2019"

_COMMON: Final = {
    "path": "4.D - Wastewater Treatment and Discharge",
    "region": "WORLD",
    "data_year": YEAR,
    "unit": "kg",
    "basis": GasBasis.GAS_MASSES,
    "stage": "end_of_life",
    "purposes": "CORPORATE|PARK",
    "locator": "2019 Refinement Vol. 5 ch. 6",
}


def read() -> Imported:
    """Return the two figures."""
    nitrogen = factor_row(
        record="treatment-plant-nitrogen",
        kinds="wastewater.nitrogen",
        name_en="Nitrogen entering an aerobic treatment plant (N2O)",
        name_zh="好氧污水处理厂进水中的氮",
        terms="N2O: EF=0.016 kgN/kgN",
        printed="0.016 kg N2O-N/kg N",
        note="Quoted, not read in the document. Plants vary by a factor of 3 to 10; measure where it matters.",
        **_COMMON,
    )
    organic = factor_row(
        record="aerobic-well-managed-cod",
        kinds="wastewater.cod/aerobic_well_managed",
        name_en="Industrial wastewater, well-managed aerobic plant, per kg COD",
        name_zh="管理良好的好氧工业废水处理（按COD）",
        terms="CH4_BIOGENIC: BO=0.25 kg CH4/kg COD; MCF=0.03 fraction",
        note="Quoted, not read in the document. The guidelines of 2006 print an MCF of 0 for this system.",
        **_COMMON,
    )
    return Imported([nitrogen, organic])
