from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from emission_factors import releases
from emission_factors.datasets import BadRow
from emission_factors.releases import (
    DatasetFiles,
    ReleaseChanged,
    UnknownRelease,
    assemble,
    content_hash,
    parse,
    shipped_catalogue,
    shipped_files,
    shipped_members,
    shipped_releases,
)
from tests.build import RELEASE, shipped

SMALL = "parkledger-definitions"


def changed(dataset_id: str, **fields: object) -> dict[str, DatasetFiles]:
    """Return the shipped files with one data set's changed."""
    files = dict(shipped_files())
    return files | {dataset_id: replace(files[dataset_id], **fields)}  # type: ignore[arg-type]


def test_the_shipped_releases_have_the_content_they_were_published_with() -> None:
    found = shipped_releases()
    assert [(release.number, release.name, release.published_on) for release in found] == [
        (1, "2025.1", date(2025, 1, 31)),
        (2, "2026.1", date(2026, 1, 31)),
        (3, "2026.2", date(2026, 11, 22)),
    ]
    for release in found:
        assert content_hash({name: files.sha256 for name, files in shipped_members(release.number).items()}) == (
            release.content_hash
        )


@pytest.mark.parametrize("part", ["factors", "properties", "metadata"])
def test_a_changed_byte_is_found(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    files = shipped_files()[SMALL]
    fields: dict[str, object] = {
        "factors": {"factors": files.factors.replace("gas-R-410A", "gas-R-410B", 1)},
        "properties": {"properties": files.properties + "\n"},
        "metadata": {"metadata": {**files.metadata, "licence": "none"}},
    }[part]  # type: ignore[assignment]
    monkeypatch.setattr(releases, "shipped_files", lambda: changed(SMALL, **fields))
    with pytest.raises(ReleaseChanged) as caught:
        shipped_releases()
    assert str(caught.value).startswith("release 1 was published with content hash 2719105e524a")


def test_a_data_set_added_to_an_old_release_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = shipped_files()["cn-ncsc-efdb"]
    moved = replace(newest, metadata={**newest.metadata, "first_release": "2"})
    monkeypatch.setattr(releases, "shipped_files", lambda: {**shipped_files(), "cn-ncsc-efdb": moved})
    with pytest.raises(ReleaseChanged, match="release 2 was published with content hash"):
        shipped_releases()


def test_a_release_holds_what_the_one_before_held_and_more() -> None:
    members = [set(shipped_members(number)) for number in (0, 1, 2, 3)]
    assert members[0] == set()
    assert members[1] < members[2] < members[3] == set(shipped_files())
    assert members[3] - members[2] == {"cn-ncsc-efdb"}
    assert "cn-mee-electricity-2023" in members[2] - members[1]
    assert set(shipped(1).factors) < set(shipped(2).factors) < set(shipped(3).factors)


def test_a_catalogue_is_made_once() -> None:
    assert shipped_catalogue() is shipped_catalogue(3)
    assert shipped_catalogue(1).release.number == 1


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_release_that_does_not_ship_is_refused(number: int) -> None:
    with pytest.raises(
        UnknownRelease, match=rf"no release {number} ships with the service; those that do are \[1, 2, 3\]"
    ):
        shipped_catalogue(number)


def test_the_hash_of_a_data_set_depends_on_each_part_and_on_where_it_ends() -> None:
    base = DatasetFiles("d", {"a": "1"}, "factors", "properties")
    others = [
        replace(base, metadata={"a": "2"}),
        replace(base, metadata={"b": "1"}),
        replace(base, factors="factorsp", properties="roperties"),
        replace(base, factors="factors\n"),
        replace(base, properties=""),
    ]
    assert len({base.sha256, *(other.sha256 for other in others)}) == 6
    assert base.sha256 == DatasetFiles("other id", {"a": "1"}, "factors", "properties").sha256


def test_the_hash_of_a_release_does_not_depend_on_the_order_of_its_data_sets() -> None:
    digests: Mapping[str, str] = {"a": "1" * 64, "b": "2" * 64}
    assert content_hash(digests) == content_hash(dict(reversed(list(digests.items()))))
    assert content_hash(digests) != content_hash({"a": "2" * 64, "b": "1" * 64})
    assert content_hash(digests) != content_hash({"a": "1" * 64})


def test_a_data_set_is_parsed_and_assembled() -> None:
    parsed = parse(shipped_files()[SMALL])
    assert parsed.dataset.publisher == "Parkledger"
    found = assemble(RELEASE, {SMALL: parsed})
    assert set(found.factors) == {item.factor_id for item in parsed.factors}
    assert found.of_kind("gas/R-410A")[0].factor_id == "parkledger-definitions:gas-R-410A"
    with pytest.raises(BadRow):
        parse(replace(shipped_files()[SMALL], factors=shipped_files()[SMALL].factors.replace(",kg,", ",stone,", 1)))
