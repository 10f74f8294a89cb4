from datetime import date

import pytest

from tests.build import dataset, factor, item, made, shipped


def test_factors_are_found_by_id_and_by_kind_in_their_order() -> None:
    first, second = factor("a", kinds=("one", "two")), factor("b", kinds=("two",))
    found = made(first, second)
    assert dict(found.factors) == {"made:a": first, "made:b": second}
    assert found.of_kind("two") == (first, second)
    assert (found.of_kind("one"), found.of_kind("three")) == ((first,), ())
    assert (found.knows_kind("one"), found.knows_kind("three")) == (True, False)


def test_properties_are_found_by_substance() -> None:
    density, ncv = item("DENSITY", "0.84", "t/m3"), item("NCV", "51.498", "GJ/t", substance="lng")
    assert dict(made(properties=[density, ncv]).properties) == {"diesel": (density,), "lng": (ncv,)}


def test_qualifiers_are_listed_by_stem_and_sorted() -> None:
    kinds = ("gas/R-410A", "gas/HFC-32", "plain", "waste/metal.landfill")
    found = made(*(factor(str(number), kinds=(kind,)) for number, kind in enumerate(kinds)))
    assert dict(found.qualifiers) == {"gas": ("HFC-32", "R-410A"), "waste": ("metal.landfill",)}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "kinds", "is_yearly"),
    [
        (date(2023, 1, 1), None, ("kind",), True),
        (date(2023, 1, 1), date(2024, 12, 31), ("kind",), True),
        (date(2023, 7, 1), None, ("kind",), False),
        (date(2023, 1, 1), date(2024, 6, 30), ("kind",), False),
        (date(2023, 7, 1), None, (), True),
    ],
)
def test_a_catalogue_knows_whether_one_choice_serves_a_year(
    valid_from: date, valid_to: date | None, kinds: tuple[str, ...], is_yearly: bool
) -> None:
    found = made(factor("a"), factor("b", valid_from=valid_from, valid_to=valid_to, kinds=kinds))
    assert found.is_yearly is is_yearly


def test_two_catalogues_are_the_same_only_if_they_are_one() -> None:
    found = made(factor())
    assert {found: "this one"}[found] == "this one"
    assert found != made(factor())
    assert len({found, made(factor())}) == 2


def test_a_catalogue_cannot_be_changed() -> None:
    found = made(factor(of=dataset()))
    for mapping in (found.factors, found.by_kind, found.properties, found.datasets):
        with pytest.raises(TypeError):
            mapping["x"] = None  # type: ignore[index]


def test_the_shipped_catalogue() -> None:
    found = shipped()
    assert (len(found.factors), len(found.datasets)) == (14449, 28)
    assert found.is_yearly
    assert found.release.number == 3
    assert "R-410A" in found.qualifiers["gas"]
