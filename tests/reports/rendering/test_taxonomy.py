"""The taxonomy: labels in both languages, sums of what exists, the same package each time, the mapping in print."""

import io
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reports.concepts import Axis, Concept, Member, UnknownConcept, axes, concept_name, concepts, parse_concept
from reports.document import Bilingual
from reports.rendering import words
from reports.rendering.taxonomy import NAMESPACE, taxonomy_files, taxonomy_package

ITEMS: list[Concept | Axis | Member] = [
    *concepts(),
    *axes(),
    *(member for axis in axes() for member in (axis.whole, *axis.members)),
]
HANDBOOK = (Path(__file__).parents[3] / "docs" / "renderings.md").read_text(encoding="utf-8")


def test_every_name_occurs_once() -> None:
    names = [item.name for item in ITEMS]
    assert sorted(names) == sorted(set(names))
    assert [len(axis.members) for axis in axes()] == [15, 7]


def test_everything_has_a_label_in_both_languages() -> None:
    assert [item.name for item in ITEMS if not (item.label.en and item.label.zh)] == []
    for language in ("en", "zh"):
        root = ElementTree.fromstring(taxonomy_files()[f"pk-label-{language}.xml"])  # noqa: S314  our own file
        labels = list(root.iter("{http://www.xbrl.org/2003/linkbase}label"))
        assert len(labels) == len(ITEMS) + 2  # the table and its lines
        assert {label.get("{http://www.w3.org/XML/1998/namespace}lang") for label in labels} == {language}


def test_parts_are_concepts_of_the_same_kind() -> None:
    kinds = {concept.name: concept.kind for concept in concepts()}
    for concept in concepts():
        assert {kinds[part.removeprefix("-")] for part in concept.parts} <= {concept.kind}
    summed = {concept.name for concept in concepts() if concept.parts}
    assert summed == {
        "TotalLocationBased",
        "TotalMarketBased",
        "EmissionsWithoutElectricityAndHeat",
        "EmissionsOfElectricityAndHeat",
        "EmissionsWithElectricityAndHeat",
        "IsoTotal",
        "ParkEmissions",
        "EnergyConsumption",
        "EnergyRenewable",
    }


def test_concepts_are_spelled_one_way() -> None:
    assert concept_name("Scope1Emissions", "GasCO2") == "pk:Scope1Emissions[pk:GasCO2]"
    concept, members = parse_concept("pk:Scope3Emissions[pk:GasCH4,pk:Category15]")
    assert concept.label == Bilingual("Scope 3 emissions", "范围三排放")
    assert members == (
        Member("Category15", Bilingual("Investments", "投资"), "Scope3CategoryAxis"),
        Member("GasCH4", Bilingual("CH4", "甲烷"), "GasAxis"),
    )
    with pytest.raises(UnknownConcept, match=r"'AllGases' in .* is no member"):
        concept_name("Scope1Emissions", "AllGases")


def test_the_package_is_the_same_each_time_and_maps_the_namespace_to_its_files() -> None:
    assert taxonomy_package() == taxonomy_package()
    with zipfile.ZipFile(io.BytesIO(taxonomy_package())) as archive:
        names = archive.namelist()
        catalog = archive.read("pk-1/META-INF/catalog.xml").decode()
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == [
        "pk-1/META-INF/taxonomyPackage.xml",
        "pk-1/META-INF/catalog.xml",
        *(f"pk-1/pk/{name}" for name in taxonomy_files()),
    ]
    assert f'uriStartString="{NAMESPACE}/" rewritePrefix="../pk/"' in catalog


def test_the_totals_of_the_head_have_words_and_concepts() -> None:
    assert set(words.TOTALS) == set(words.TOTAL_CONCEPTS)
    for spelled in words.TOTAL_CONCEPTS.values():
        parse_concept(spelled)


def test_the_handbook_prints_the_mapping() -> None:
    mapped = [concept for concept in concepts() if concept.esrs or concept.vsme]
    printed = [
        f"| `pk:{concept.name}` | {f'`{concept.esrs}`' if concept.esrs else '–'} "
        f"| {f'`{concept.vsme}`' if concept.vsme else '–'} |"
        for concept in mapped
    ]
    assert [line for line in printed if line not in HANDBOOK] == []
    assert HANDBOOK.count("| `pk:") == len(mapped)
