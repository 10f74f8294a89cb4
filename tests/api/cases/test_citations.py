"""What the source of a figure names."""

from decimal import Decimal

import pytest

from api.cases.citations import (
    Citation,
    CoalEquivalent,
    GridAverage,
    ParkMethod,
    Potential,
    Printed,
    SteamPoint,
    cited,
)


@pytest.mark.parametrize(
    ("source", "citation"),
    [
        (
            "uk-desnz-conversion-factors-2025.csv id 20_507_5292_15_1",
            Printed(("uk-desnz-2025",), ("20_507_5292_15",)),
        ),
        (
            "uk-desnz-conversion-factors-2024.csv id 1_100_1004_6_3",
            Printed(("uk-desnz-2024",), ("1_100_1004_6",), gas="CH4"),
        ),
        (
            "uk-desnz-conversion-factors-2022.csv id 2022-r7",
            Printed(("uk-desnz-2022",), ("2022-r7", "2022-r6", "2022-r5", "2022-r4")),
        ),
        (
            "china-fuel-default-parameters.csv [NDRC-industry-guidelines-2013-2015] 汽油",
            Printed(("cn-ndrc-industry-2015",), words=("汽油燃烧",)),
        ),
        (
            "china-heat-carbonate-other-factors.csv CaMg(CO3)2",
            Printed(("cn-heat-and-carbonates",), ("CaMg(CO3)2", "CaMg(CO3)2", "CaMg(CO3)2", "carbonate-CaMgCO32")),
        ),
        (
            "ipcc-2006-*.csv 614965",
            Printed(("ipcc-2006-processes", "ipcc-2006-stationary", "ipcc-2019-wastewater"), part_of="614965"),
        ),
        (
            "us-epa-ghg-emission-factors-hub-2025.csv table 9 Food Waste (non-meat) Landfilled",
            Printed(
                ("us-epa-ghg-hub-2025", "us-epa-ghg-hub-2025-waste"),
                words=("t9.", "food", "waste", "non", "meat", "landfilled"),
                is_exact=False,
            ),
        ),
        (
            "us-epa-supply-chain-ghg-factors-v1.3-naics-co2e.csv 325414",
            Printed(("us-epa-supply-chain-v1.3",), ("325414", "325414-margins")),
        ),
        (
            "uk-supply-chain-spend-factors-2004-2009.csv UK-24 2009",
            Printed(("uk-spend-2004-2009",), ("UK-24-2009",)),
        ),
        ("china-grid-electricity-co2-factors.csv 2023 广东", GridAverage(2023, "广东")),
        ("china-zero-carbon-park-rules-2025.csv electricity", ParkMethod("electricity")),
        ("ipcc-gwp-100.csv CH4 (fossil origin) AR6", Potential("CH4 (fossil origin)", "AR6")),
        ("refrigerant-blends.csv R-410A AR5", Potential("R-410A", "AR5")),
        ("china-steam-enthalpy-gbt32151.csv C.4 1.0 MPa", SteamPoint(Decimal("1.0"), None)),
        ("china-steam-enthalpy-gbt32151.csv C.5 1 MPa 300", SteamPoint(Decimal(1), Decimal(300))),
        ("china-tce-coefficients-gbt2589.csv Raw coal", CoalEquivalent("Raw coal")),
        ("case input", None),
        ("standard default", None),
        ("stated in text (table prints 0.58)", None),
        ("C.4", None),
        ("", None),
    ],
)
def test_a_source_names_what_the_service_holds(source: str, citation: Citation | None) -> None:
    assert cited(source) == citation
