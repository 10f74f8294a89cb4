from emission_factors.importers import nz_electricity

LINES = """\
data_year,region,kgco2e_per_kwh,co2_kgco2e_per_kwh,ch4_kgco2e_per_kwh,n2o_kgco2e_per_kwh,method,gwp_set,source
2030,NZ,0.1,0.097,0.0028,0.0002,grid average,AR5,catalogue
2031,NZ,0.1,0.097,0.0028,0.0002,grid average,AR6,catalogue
2032,NZ,,0.097,0.0028,0.0002,grid average,AR5,catalogue
2033,Aotearoa,0.1,0.097,0.0028,0.0002,grid average,AR5,catalogue
""".splitlines()


def test_a_year_is_one_factor_split_by_gas() -> None:
    (row,) = nz_electricity.read(LINES).rows
    assert (row["record"], row["kinds"], row["basis"], row["co2e"], row["gases"], row["calibre"]) == (
        "NZ-2030",
        "electricity.grid",
        "CO2E_BY_GAS",
        "0.1",
        "CO2=0.097;CH4=0.0028;N2O=0.0002",
        "national_average",
    )


def test_bad_rows_are_reported_each() -> None:
    errors = nz_electricity.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (3, "gwp_set", "AR6"),
        (4, "kgco2e_per_kwh", ""),
        (5, "region", "Aotearoa"),
    ]
