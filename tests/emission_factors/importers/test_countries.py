from datetime import date

import pytest

from emission_factors import regions
from emission_factors.importers import countries, french_dates


def test_every_alpha_3_code_is_a_region() -> None:
    assert len(countries.ALPHA_3) == 249
    assert len(set(countries.ALPHA_3.values())) == 249
    for code in countries.ALPHA_3:
        assert regions.region(countries.by_alpha_3(code)).level in ("country", "province")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("China", "CN"),
        ("China (PRC and Hong Kong)", "CN"),
        ("Korea (North), Democratic People's Republic of", "KP"),
        ("Korea (South), Republic of", "KR"),
        ("Congo, Democratic Republic of", "CD"),
        ("Saint Kitts and Nevis", "KN"),
        ("Northern Mariana Islands (U.S.)", "MP"),
        ("Vanatu", "VU"),
        ("World", "WORLD"),
    ],
)
def test_names_in_many_spellings(name: str, code: str) -> None:
    assert countries.by_name(name) == code


def test_what_is_no_country_is_refused() -> None:
    with pytest.raises(countries.UnknownCountry, match="Atlantis"):
        countries.by_name("Atlantis")
    with pytest.raises(countries.UnknownCountry, match="XKX"):
        countries.by_alpha_3("XKX")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("05/11/2014", date(2014, 11, 5)),
        ("11/03/2024 00:00", date(2024, 3, 11)),
        ("déc-18", date(2018, 12, 31)),
        ("déc.-18", date(2018, 12, 31)),
        ("avr-21", date(2021, 4, 30)),
        ("31-mars-21", date(2021, 3, 31)),
        ("31-janv-23", date(2023, 1, 31)),
        ("juin-24", date(2024, 6, 30)),
        ("Décembre 2017", date(2017, 12, 31)),
        ("Année 2022", date(2022, 12, 31)),
        ("2026", date(2026, 12, 31)),
    ],
)
def test_french_dates_name_their_last_day(text: str, day: date) -> None:
    assert french_dates.last_day(text) == day


@pytest.mark.parametrize("text", ["", "bientôt", "31/02/2020", "31-avr-21", "brumaire-18"])
def test_other_texts_are_no_dates(text: str) -> None:
    with pytest.raises(french_dates.NotADate, match="is no date"):
        french_dates.last_day(text)
