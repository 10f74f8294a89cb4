import re

import pytest

from emission_factors.importers import desnz, epa_hub
from emission_factors.importers.meanings import Meanings, meanings


def of_desnz(*texts: str) -> tuple[str, ...]:
    cells = dict(zip(desnz.PATTERNED, texts, strict=True))
    return meanings("desnz", desnz.PATTERNED).of(cells).kinds


def test_a_row_takes_the_kinds_of_every_line_it_matches() -> None:
    assert of_desnz("Material use", "Other", "Glass", "", "Primary material production", "tonnes") == (
        "material/glass.primary",
        "goods.glass",
    )


def test_case_and_the_edition_s_spelling_do_not_matter() -> None:
    for level_1 in ("WTT- business travel- air", "WTT- business travel (air)"):
        found = of_desnz(level_1, "WTT- flights", "Long-haul, to/from UK", "First class", "Without RF", "passenger.km")
        assert found == ("flight_wtt/long.first.no_rf",)
    assert of_desnz("Delivery vehicles", "HGV (all diesel)", "All HGVs", "", "Average Laden", "km") == (
        "vehicle.hgv.combustion",
    )


def test_a_closed_vocabulary_says_nothing_about_a_new_text() -> None:
    assert of_desnz("Fuels", "Gaseous fuels", "Hydrogen", "", "", "tonnes") == ()
    assert of_desnz("Fuels", "Gaseous fuels", "Natural gas (100% mineral blend)", "", "", "tonnes") == ()


def test_an_open_vocabulary_makes_a_slug_of_a_new_text() -> None:
    assert of_desnz("Waste disposal", "Other", "Solar panels (used)", "", "Landfill", "tonnes") == (
        "waste/solar_panels_used.landfill",
    )


def test_two_names_of_one_treatment_are_one_kind() -> None:
    for text in ("Combustion", "Incineration with Energy Recovery"):
        found = of_desnz("Waste disposal", "Refuse", "Commercial and industrial waste", "", text, "tonnes")
        assert found == ("waste/commercial_and_industrial_waste.energy_recovery", "waste.commercial_recovery")


def test_notes_are_gathered_and_other_columns_take_the_first() -> None:
    cells = dict(zip(epa_hub.PATTERNED, ("2", "", "Biodiesel (100%)", "", "gallon"), strict=True))
    found = meanings("epa_hub", epa_hub.PATTERNED).of(cells)
    assert (found["stage"], found["is_biogenic"], found["calibre"]) == ("combustion", "yes", "")
    assert found["note"] == (
        "CO2 only; CH4 and N2O of vehicles stand in tables 3 to 5. The CO2 is biogenic and stands apart."
    )


@pytest.mark.parametrize(
    "table", [meanings("desnz", desnz.PATTERNED), meanings("epa_hub", epa_hub.PATTERNED)], ids=["desnz", "epa_hub"]
)
def test_every_template_asks_for_words_that_exist(table: Meanings) -> None:
    vocabularies = {vocabulary for vocabulary, _ in table.words}
    for line in table.lines:
        for vocabulary, column in re.findall(r"\{(?:(\w+):)?(\w+)\}", " ".join(line.says.values())):
            assert vocabulary in vocabularies
            assert column in {*desnz.PATTERNED, *epa_hub.PATTERNED}
