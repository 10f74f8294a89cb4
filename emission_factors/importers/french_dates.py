"""Dates as ADEME's Base Carbone prints them: `05/11/2014`, `déc-18`, `31-mars-21`, `Décembre 2017`, `Année 2022`."""

import calendar
import re
from datetime import date
from typing import Final

MONTHS: Final = {
    stem: number
    for number, stem in enumerate(
        ("janv", "févr", "mars", "avr", "mai", "juin", "juil", "août", "sept", "oct", "nov", "déc"), start=1
    )
}
"""Stem of a French month name -> its number."""

_DAY = re.compile(r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})( [0-9:]+)?", re.ASCII)
_WORDS = re.compile(r"((?P<day>[0-9]{1,2})[- ])?(?P<month>[a-zéû]+)\.?[- ](?P<year>[0-9]{4}|[0-9]{2})")
_YEAR = re.compile(r"(année )?(?P<year>[0-9]{4})")


class NotADate(ValueError):
    """A text is no date in any of the publisher's spellings."""


def last_day(text: str) -> date:
    """Return the last day a text names: of the month or the year where it names no day. Raises `NotADate`.

    >>> last_day("déc-18"), last_day("Année 2022")
    (datetime.date(2018, 12, 31), datetime.date(2022, 12, 31))
    """
    plain = text.strip().casefold()
    try:
        if found := _DAY.fullmatch(plain):
            return date(int(found["year"]), int(found["month"]), int(found["day"]))
        if found := _YEAR.fullmatch(plain):
            return date(int(found["year"]), 12, 31)
        if found := _WORDS.fullmatch(plain):
            return _in_words(found)
    except ValueError:
        pass
    raise NotADate(f"{text!r} is no date: 05/11/2014, déc-18, 31-mars-21, Décembre 2017 and Année 2022 are")


def _in_words(found: re.Match[str]) -> date:
    month = next((number for stem, number in MONTHS.items() if found["month"].startswith(stem)), 0)
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    if not month:
        raise NotADate(found[0])
    return date(year, month, int(found["day"] or calendar.monthrange(year, month)[1]))
