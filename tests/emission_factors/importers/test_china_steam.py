from emission_factors.importers import china_steam

LINES = """\
table,pressure_mpa,temperature_c,enthalpy_kj_per_kg,iapws97_check_kj_per_kg,check,note
C.4 saturated steam,1,179.88,2777,2777.1,ok,
C.5 water and superheated steam,0.5,400,3217.8,3272.3,suspected_misprint,differs
C.6 wet steam,1,100,2000,2000,ok,
C.4 saturated steam,one,179.88,2777,2777.1,ok,
C.4 saturated steam,1,179.88,2777,2777.1,maybe,
""".splitlines()


def test_cells_keep_their_printed_digits_and_their_flag() -> None:
    result = china_steam.read(LINES)
    assert [tuple(row[name] for name in china_steam.STEAM_COLUMNS) for row in result.rows] == [
        ("C.4", "1", "179.88", "2777", "2777.1", "ok", ""),
        ("C.5", "0.5", "400", "3217.8", "3272.3", "suspected_misprint", "differs"),
    ]


def test_bad_cells_are_reported_each() -> None:
    errors = china_steam.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (4, "table", "C.6 wet steam"),
        (5, "pressure_mpa", "one"),
        (6, "check", "maybe"),
    ]
