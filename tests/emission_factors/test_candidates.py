"""Unknown names find the activity types they may mean."""

import pytest

from emission_factors.activity_types import all_activity_types
from emission_factors.candidates import candidates


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("外购电力", "electricity.grid"),
        ("外购电", "electricity.grid"),
        ("电网用电", "electricity.grid"),
        ("天然气", "stationary.natural_gas"),
        ("外购蒸汽", "steam.purchased"),
        ("Electricity grid", "electricity.grid"),
        ("stationary.natural_gass", "stationary.natural_gas"),
        ("自来水", "goods.water"),
    ],
)
def test_the_likeliest_comes_first(name: str, first: str) -> None:
    assert candidates(name, all_activity_types())[0].code == first


def test_what_is_like_nothing_finds_nothing() -> None:
    assert candidates("zzqq", all_activity_types()) == []
    assert candidates(" ", all_activity_types()) == []


def test_at_most_as_many_as_asked() -> None:
    assert len(candidates("电力", all_activity_types(), 2)) == 2
    assert len(candidates("电力", all_activity_types())) == 5
