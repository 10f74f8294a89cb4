from pathlib import Path

from emission_factors.importers import RowError, uk_equipment

HEADER = ",".join(column.name for column in uk_equipment.COLUMNS)


def test_each_figure_is_a_property_of_the_equipment() -> None:
    imported = uk_equipment.read([HEADER, "Heat Pumps,0.5,100,1,6,80,66"], 2019)
    assert imported.errors == []
    assert [
        (row["record"], row["property"], row["value"], row.get("value_high", ""), row["unit"])
        for row in imported.properties
    ] == [
        ("heat_pumps.charge", "CHARGE", "0.5", "100", "kg"),
        ("heat_pumps.installation_loss", "INSTALLATION_LOSS", "1", "", "%"),
        ("heat_pumps.leak_rate", "LEAK_RATE", "6", "", "%"),
        ("heat_pumps.charge_remaining", "CHARGE_REMAINING", "80", "", "%"),
        ("heat_pumps.recovered", "RECOVERED", "66", "", "%"),
    ]
    assert imported.properties[2] == {
        "record": "heat_pumps.leak_rate",
        "substance": "heat_pumps",
        "property": "LEAK_RATE",
        "name_en": "Heat Pumps: share of the charge leaked in a year",
        "name_zh": "热泵：年泄漏率",
        "region": "GB",
        "locator": "Annex C",
        "value": "6",
        "unit": "%",
        "data_year": "2019",
    }


def test_a_new_type_of_equipment_is_read_and_a_bad_cell_reported() -> None:
    imported = uk_equipment.read([HEADER, "Ice Rinks,5,10,1,ten,80,66"], 2019)
    number = "is not a number: digits with a point, such as 0.18296, are accepted"
    assert imported.errors == [RowError(2, "annual_leak_rate_percent", "ten", number)]
    assert [(row["record"], row["name_zh"]) for row in imported.properties] == [
        ("ice_rinks.charge", ""),
        ("ice_rinks.installation_loss", ""),
        ("ice_rinks.charge_remaining", ""),
        ("ice_rinks.recovered", ""),
    ]


def test_the_real_file(shared_factors: Path) -> None:
    path = shared_factors / "uk-refrigeration-equipment-defaults.csv"
    imported = uk_equipment.read(path.read_text(encoding="utf-8").splitlines(), 2019)
    assert (imported.errors, len(imported.properties)) == ([], 13 * 5)
    assert all(row["name_zh"] for row in imported.properties)
    values = {row["record"]: row["value"] for row in imported.properties}
    assert (values["chillers.charge"], values["chillers.leak_rate"]) == ("10", "3")
