from pathlib import Path

from emission_factors.importers import RowError
from emission_factors.importers.epa_hub_gwps import gwp_conflicts

HEADER = "table_no,table_title,section,item,detail_1,detail_2,metric,value,unit,note"


def test_gases_are_known_by_name_or_formula_and_conflicts_name_our_value() -> None:
    conflicts = gwp_conflicts(
        [
            HEADER,
            "11,GWP,AR5,Methane,CH4,,GWP-100,28,kg CO2e/kg,",
            "11,GWP,AR5,PFC-318,c-C4F8,,GWP-100,9540,kg CO2e/kg,",
            "11,GWP,AR5,HFC-32,CH2F2,,GWP-100,675,kg CO2e/kg,",
            "11,GWP,AR5,Unobtainium,Un,,GWP-100,1,kg CO2e/kg,",
            "12,GWP,AR5,R-410A,50% HFC-32 and 50% HFC-125,,GWP-100,1924,kg CO2e/kg,",
            "1,Stationary Combustion,Coal,Anthracite,,,CO2,1,kg CO2/mmBtu,",
        ]
    )
    assert conflicts[0] == RowError(4, "value", "675", "is not the AR5 GWP of HFC-32, which is 677")
    assert [(error.row_number, error.column, error.value) for error in conflicts[1:]] == [(5, "item", "Unobtainium")]


def test_the_real_hub_contradicts_itself_in_one_blend_only(shared_factors: Path) -> None:
    path = shared_factors / "us-epa-ghg-emission-factors-hub-2025.csv"
    conflicts = gwp_conflicts(path.read_text(encoding="utf-8").splitlines())
    assert [(error.value, error.message) for error in conflicts] == [
        ("3104", "is not the AR5 GWP of R-424A, which is 2211.85")
    ]
