import pytest

from emission_factors.regions import WORLD, UnknownRegion, all_regions, ladder, region

LEVELS = ("world", "country", "grid_region", "province")


@pytest.mark.parametrize(
    ("code", "rungs"),
    [
        ("CN-GD", ("CN-GD", "CN-GRID-SOUTH", "CN", "WORLD")),
        ("CN-BJ", ("CN-BJ", "CN-GRID-NORTH", "CN", "WORLD")),
        ("CN-GRID-SOUTH", ("CN-GRID-SOUTH", "CN", "WORLD")),
        ("GB", ("GB", "WORLD")),
        ("US-EGRID-CAMX", ("US-EGRID-CAMX", "US", "WORLD")),
        ("WORLD", ("WORLD",)),
    ],
)
def test_the_ladder_goes_from_a_region_to_the_world(code: str, rungs: tuple[str, ...]) -> None:
    assert ladder(code) == rungs


def test_every_region_reaches_the_world_over_wider_ones_only() -> None:
    for found in all_regions():
        rungs = [region(code) for code in ladder(found.code)]
        assert rungs[-1].code == WORLD
        levels = [LEVELS.index(rung.level) for rung in rungs]
        assert levels == sorted(levels, reverse=True)
        assert len(set(levels)) == len(levels)


def test_the_mainland_provinces_stand_below_the_seven_grids() -> None:
    grids = {found.code for found in all_regions() if found.code.startswith("CN-GRID-")}
    below = {found.parent for found in all_regions() if found.code.startswith("CN-") and found.level == "province"}
    assert grids == {
        f"CN-GRID-{name}" for name in ("NORTH", "NORTHEAST", "EAST", "CENTRAL", "NORTHWEST", "SOUTH", "SOUTHWEST")
    }
    assert below >= grids


def test_codes_are_unique_and_chinese_regions_are_named_in_both_languages() -> None:
    found = all_regions()
    assert len({item.code for item in found}) == len(found) == 315
    assert all(item.name_en for item in found)
    assert all(item.name_zh for item in found if item.code.startswith("CN"))


@pytest.mark.parametrize("text", ["", "cn", "China", "CN-XX", "中国"])
def test_a_text_that_is_no_region_is_refused(text: str) -> None:
    with pytest.raises(UnknownRegion, match=r"is not a region of the table: write ISO 3166 \(CN, CN-GD, GB\)"):
        region(text)
    with pytest.raises(UnknownRegion):
        ladder(text)
