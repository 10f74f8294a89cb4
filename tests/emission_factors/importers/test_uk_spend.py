from pathlib import Path

from emission_factors.importers import RowError, uk_spend

HEADER = "category_code,sic_2003,product_category,year,value,unit,gwp_basis"
UNIT = '"kgCO2e per GBP (purchaser prices incl. VAT, current prices of the year)",as published'


def test_each_group_and_year_is_a_factor() -> None:
    imported = uk_spend.read([HEADER, f"UK-24,24.4,Pharmaceuticals,2009,0.40,{UNIT}"])
    assert imported.errors == []
    assert imported.rows == [
        {
            "record": "UK-24-2009",
            "kinds": "spend_uk/UK-24",
            "name_en": "Pharmaceuticals (UK-24, SIC 2003 24.4), 2009",
            "path": "Annex E > UK-24 Pharmaceuticals",
            "region": "GB",
            "data_year": "2009",
            "valid_from": "2009-01-01",
            "unit": "GBP_2009",
            "basis": "CO2E_TOTAL",
            "co2e": "0.40",
            "stage": "cradle_to_sale",
            "locator": "Annex E",
            "note": "Per pound at purchaser prices including VAT; Kyoto gases as published, GWP set not stated.",
            "status": "SINGLE_SOURCE",
        }
    ]


def test_bad_rows_are_reported_one_by_one_and_the_rest_is_read() -> None:
    imported = uk_spend.read(
        [
            HEADER,
            f"UK-1,01,Agriculture,2009,n/a,{UNIT}",
            f"UK-1,01,Agriculture,09,1.2,{UNIT}",
            "UK-1,01,Agriculture,2009,1.2,kgCO2e per EUR,as published",
            f"UK-1,01,Agriculture,2008,1.2,{UNIT}",
        ]
    )
    assert imported.errors == [
        RowError(2, "value", "n/a", "is not a number: digits with a point, such as 0.18296, are accepted"),
        RowError(3, "year", "09", "is not a year, such as 2009"),
        RowError(4, "unit", "kgCO2e per EUR", "is not known: accepted is kgCO2e per GBP"),
    ]
    assert [row["record"] for row in imported.rows] == ["UK-1-2008"]


def test_the_real_file(shared_factors: Path) -> None:
    path = shared_factors / "uk-supply-chain-spend-factors-2004-2009.csv"
    imported = uk_spend.read(path.read_text(encoding="utf-8").splitlines())
    assert (imported.errors, len(imported.rows)) == ([], 449)
    assert {row["record"]: row["co2e"] for row in imported.rows}["UK-24-2009"] == "0.43"
