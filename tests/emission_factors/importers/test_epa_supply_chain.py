from decimal import Decimal
from pathlib import Path

from emission_factors.importers import RowError
from emission_factors.importers.epa_supply_chain import GASES, SCOPES, read

TOTALS = """naics_2017_code,naics_2017_title,ghg,unit,\
factor_without_margins,margins,factor_with_margins,reference_useeio_code
325414,Biological Product Manufacturing,All GHGs,"kg CO2e/2030 USD, purchaser price",0.130,0.020,0.150,325414
111110,Soybean Farming,All GHGs,"kg CO2e/2030 USD, purchaser price",0.5,0,0.5,1111A0
""".splitlines()
GAS_HEADER = ",".join(["naics_2017_code", *(f"{stem}_{scope}" for scope in SCOPES for stem in GASES)])


def gas_row(code: str, co2: str, ch4: str) -> str:
    masses = [co2, ch4, *["0"] * (len(GASES) - 2)]
    return ",".join([code, *masses, *masses])


BY_GAS = [GAS_HEADER, gas_row("325414", "1.00e-01", "4.90e-04"), gas_row("111110", "4e-1", "0")]


def test_each_code_gives_a_factor_without_and_one_with_margins() -> None:
    imported = read(TOTALS, BY_GAS, 2029)
    assert imported.errors == []
    assert [(row["record"], row["kinds"], row["co2e"], row["stage"], row["note"]) for row in imported.rows] == [
        ("325414", "spend_us/325414", "0.130", "cradle_to_gate", "USEEIO 325414"),
        ("325414-margins", "spend_us/325414.with_margins", "0.150", "cradle_to_sale", "USEEIO 325414; margins 0.020"),
        ("111110", "spend_us/111110", "0.5", "cradle_to_gate", "USEEIO 1111A0"),
        ("111110-margins", "spend_us/111110.with_margins", "0.5", "cradle_to_sale", "USEEIO 1111A0; margins 0"),
    ]
    first = imported.rows[0]
    assert first["gases"].startswith("CO2=0.100;CH4=0.013720;N2O=0;HFC-23=0")
    assert (first["unit"], first["data_year"], first["basis"]) == ("USD_2030", "2029", "CO2E_BY_GAS")
    assert first["name_en"] == "Biological Product Manufacturing (NAICS 325414), without margins"


def test_bad_rows_are_reported_one_by_one_and_the_rest_is_read() -> None:
    totals = [
        TOTALS[0],
        TOTALS[1].replace("0.130", "none"),
        TOTALS[2].replace("kg CO2e/2030 USD", "kg CO2e/dollar"),
        TOTALS[2].replace("111110", "999999"),
    ]
    imported = read(totals, BY_GAS, 2029)
    number = "is not a number: digits with a point, such as 0.18296, are accepted"
    assert imported.errors == [
        RowError(2, "factor_without_margins", "none", number),
        RowError(
            3, "unit", "kg CO2e/dollar, purchaser price",
            "is not known: accepted is kg CO2e/<year> USD, purchaser price",
        ),
        RowError(4, "naics_2017_code", "999999", "has no row in the file of the gases"),
    ]  # fmt: skip
    assert [row["record"] for row in imported.rows] == ["325414-margins"]


def test_either_wrong_header_is_one_error() -> None:
    assert [error.column for error in read(["a,b"], BY_GAS, 2029).errors] == ["header"]
    imported = read(TOTALS, ["naics_2017_code,co2"], 2029)
    assert [error.column for error in imported.errors] == ["header"]
    assert imported.rows == []


def test_the_real_files(shared_factors: Path) -> None:
    stem = "us-epa-supply-chain-ghg-factors-v1.3-naics"
    totals, by_gas = (
        (shared_factors / f"{stem}-{name}.csv").read_text(encoding="utf-8").splitlines() for name in ("co2e", "bygas")
    )
    imported = read(totals, by_gas, 2022)
    assert (imported.errors, len(imported.rows)) == ([], 2 * 1016)
    rows = {row["record"]: row for row in imported.rows}
    assert (rows["325414"]["co2e"], rows["325414-margins"]["co2e"]) == ("0.126", "0.15")
    unspecified = {
        line.partition(",")[0]: tuple(Decimal(cell) for cell in (line.split(",")[18], line.split(",")[36]))
        for line in by_gas[1:]
    }
    for record, row in rows.items():
        parts = sum(Decimal(part.partition("=")[2]) for part in row["gases"].split(";"))
        left = Decimal(row["co2e"]) - parts - unspecified[record.partition("-")[0]]["margins" in record]
        assert abs(left) <= Decimal("0.0006") + Decimal(row["co2e"]) / 100, record
