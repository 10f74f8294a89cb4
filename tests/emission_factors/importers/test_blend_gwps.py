import csv
from decimal import Decimal
from pathlib import Path

from emission_factors import checks
from emission_factors.checks import PrintedGwp
from emission_factors.gases import GwpSet
from emission_factors.resources import open_data


def test_publishers_gwps_of_blends_agree_but_for_the_known_ones(shared_factors: Path) -> None:
    publishers = {
        "epa_hub_2025_ar5": (GwpSet.AR5, "EPA Hub 2025 table 12"),
        "desnz_2025_ar5_kyoto": (GwpSet.AR5, "DESNZ 2025"),
        "desnz_2022_ar4_kyoto": (GwpSet.AR4, "DESNZ 2022"),
    }
    with (shared_factors / "refrigerant-blends.csv").open(encoding="utf-8", newline="") as lines:
        printed = [
            PrintedGwp(row["blend"], gwp_set, Decimal(row[column]), source)
            for row in csv.DictReader(lines)
            for column, (gwp_set, source) in publishers.items()
            if row[column]
        ]
    assert len(printed) > 100
    found = checks.check_catalogue({}, (), (), printed)
    assert [finding.subject for finding in found] == ["R-424A AR5", "R-417B AR4"]
    with open_data("known_findings.csv") as lines:
        assert checks.new_findings(found, checks.read_known(lines)) == []
