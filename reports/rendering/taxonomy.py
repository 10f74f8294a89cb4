"""Our taxonomy `pk`: schema, labels in English and Chinese, sums and axes, and the package that carries them.

Everything is made from `reports.concepts`. A published taxonomy never changes: what a concept means, its kind or its
parts change with the number in `NAMESPACE`. The address is a name, no server: a reader loads the package, whose
catalogue maps it (the top-level domain `example` is reserved, RFC 2606).
"""

from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from reports.concepts import Axis, Concept, ConceptKind, Member, axes, concepts
from reports.document import Bilingual
from reports.rendering.languages import Language
from reports.rendering.xml_text import DECLARATION, element, text

NAMESPACE: Final = "https://taxonomy.parkledger.example/pk/1"
"""Namespace of the taxonomy; the number changes with the meaning of what is in it."""
ENTRY_POINT: Final = f"{NAMESPACE}/pk.xsd"
"""What a report refers to."""
_DTR: Final = "http://www.xbrl.org/dtr/type/2024-01-31"
_XBRLI: Final = "http://www.xbrl.org/2003/instance"
_ROLE: Final = "http://www.xbrl.org/2003/role"
_LINK: Final = f"{_ROLE}/link"
_DIMENSIONS: Final = "http://xbrl.org/int/dim/arcrole"
_SUMMATION: Final = "https://xbrl.org/2023/arcrole/summation-item"
"""Calculations 1.1 (2023-02-22): sums of rounded facts agree within their rounding."""
_Link: TypeAlias = "tuple[str, str, str, dict[str, str]]"
"""One arc of the definitions: its role, from which name to which, further attributes."""
_TABLE: Final = "InventoryTable"
_ITEMS: Final = "InventoryLineItems"
_TYPES: Final = {
    ConceptKind.EMISSIONS: "dtr:ghgEmissionsItemType",
    ConceptKind.ENERGY: "dtr:energyItemType",
    ConceptKind.STANDARD_COAL: "dtr:massItemType",
    ConceptKind.MONEY: "xbrli:monetaryItemType",
    ConceptKind.SHARE: "dtr:percentItemType",
    ConceptKind.INTENSITY: "dtr:ghgEmissionsPerMonetaryItemType",
    ConceptKind.RATIO: "xbrli:decimalItemType",
    ConceptKind.TEXT: "xbrli:stringItemType",
    ConceptKind.DAY: "xbrli:dateItemType",
}
_LABELS: Final = {language: f"pk-label-{language.value}.xml" for language in Language}
_SUMS: Final = "pk-calculation.xml"
_AXES: Final = "pk-definition.xml"
_LINKS: Final = {
    "xmlns:link": "http://www.xbrl.org/2003/linkbase",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xbrldt": "http://xbrl.org/2005/xbrldt",
}


def taxonomy_files() -> Mapping[str, bytes]:
    """Return the files of the taxonomy by name: the schema, a label linkbase for each language, sums, axes."""
    return {
        "pk.xsd": _document(_schema()),
        **{name: _document(_labels(language)) for language, name in _LABELS.items()},
        _SUMS: _document(_sums()),
        _AXES: _document(_definitions()),
    }


def taxonomy_package() -> bytes:
    """Return the taxonomy as a package (Taxonomy Packages 1.0), a ZIP file of the same bytes each time."""
    files = {
        "META-INF/taxonomyPackage.xml": _document(_package()),
        "META-INF/catalog.xml": _document(_catalog()),
        **{f"pk/{name}": content for name, content in taxonomy_files().items()},
    }
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = ZipInfo(f"pk-1/{name}")  # dated 1980-01-01, which is no clock
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return buffer.getvalue()


def _document(root: str) -> bytes:
    return (DECLARATION + root + "\n").encode()


def _schema() -> str:
    links = [_linkbase(name, "labelLinkbaseRef") for name in _LABELS.values()]
    links += [_linkbase(_SUMS, "calculationLinkbaseRef"), _linkbase(_AXES, "definitionLinkbaseRef")]
    return element(
        "xsd:schema",
        {
            "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
            "xmlns:xbrli": _XBRLI,
            "xmlns:dtr": _DTR,
            **_LINKS,
            "targetNamespace": NAMESPACE,
            "elementFormDefault": "qualified",
        },
        element("xsd:annotation", {}, element("xsd:appinfo", {}, *links)),
        _import(_XBRLI, "http://www.xbrl.org/2003/xbrl-instance-2003-12-31.xsd"),
        _import("http://xbrl.org/2005/xbrldt", "http://www.xbrl.org/2005/xbrldt-2005.xsd"),
        _import(_DTR, "https://www.xbrl.org/dtr/type/2024-01-31/types.xsd"),
        *(_item(concept.name, _TYPES[concept.kind]) for concept in concepts()),
        _item(_ITEMS, "xbrli:stringItemType", is_abstract=True),
        _item(_TABLE, "xbrli:stringItemType", "xbrldt:hypercubeItem", is_abstract=True),
        *(_item(axis.name, "xbrli:stringItemType", "xbrldt:dimensionItem", is_abstract=True) for axis in axes()),
        *(_item(member.name, "dtr:domainItemType", is_abstract=True) for member in _members()),
    )


def _members() -> Iterable[Member]:
    return (member for axis in axes() for member in (axis.whole, *axis.members))


def _import(namespace: str, location: str) -> str:
    return element("xsd:import", {"namespace": namespace, "schemaLocation": location})


def _item(name: str, data_type: str, group: str = "xbrli:item", *, is_abstract: bool = False) -> str:
    attributes = {"id": f"pk_{name}", "name": name, "type": data_type, "substitutionGroup": group}
    flags = {"abstract": "true"} if is_abstract else {}
    return element("xsd:element", {**attributes, **flags, "nillable": "true", "xbrli:periodType": "duration"})


def _linkbase(name: str, role: str) -> str:
    properties = "http://www.w3.org/1999/xlink/properties/linkbase"
    simple = {"xlink:type": "simple", "xlink:href": name, "xlink:role": f"{_ROLE}/{role}"}
    return element("link:linkbaseRef", {**simple, "xlink:arcrole": properties})


def _labels(language: Language) -> str:
    named: list[Concept | Axis | Member] = [*concepts(), *axes(), *_members()]
    labels = {item.name: item.label for item in named}
    labels[_TABLE] = Bilingual("Inventory", "清单表")
    labels[_ITEMS] = Bilingual("Items of the inventory", "清单项目")
    resources = (
        element(
            "link:label",
            {
                "xlink:type": "resource",
                "xlink:label": f"label_{name}",
                "xlink:role": f"{_ROLE}/label",
                "xml:lang": language,
            },
            text(language.of(label)),
        )
        for name, label in labels.items()
    )
    arcs = (
        _arc("label", "http://www.xbrl.org/2003/arcrole/concept-label", name, f"label_{name}", {}) for name in labels
    )
    link = element("link:labelLink", _extended(), *(_locator(name) for name in labels), *resources, *arcs)
    return element("link:linkbase", _LINKS, link)


def _sums() -> str:
    sums = [concept for concept in concepts() if concept.parts]
    names = dict.fromkeys(name for concept in sums for name in (concept.name, *map(_unsigned, concept.parts)))
    arcs = (
        _arc(
            "calculation",
            _SUMMATION,
            concept.name,
            _unsigned(part),
            {"order": f"{order}", "weight": "-1" if part.startswith("-") else "1"},
        )
        for concept in sums
        for order, part in enumerate(concept.parts, start=1)
    )
    declared = _arcrole(_SUMMATION, "https://www.xbrl.org/2023/calculation-1.1.xsd#summation-item")
    link = element("link:calculationLink", _extended(), *(_locator(name) for name in names), *arcs)
    return element("link:linkbase", _LINKS, declared, link)


def _definitions() -> str:
    closed = {"xbrldt:contextElement": "scenario", "xbrldt:closed": "true"}
    arcs: list[_Link] = [("all", _ITEMS, _TABLE, closed)]
    arcs += [("domain-member", _ITEMS, concept.name, {}) for concept in concepts()]
    for axis in axes():
        arcs.append(("hypercube-dimension", _TABLE, axis.name, {}))
        arcs.append(("dimension-domain", axis.name, axis.whole.name, {}))
        arcs += [("domain-member", axis.whole.name, member.name, {}) for member in axis.members]
    defaults: list[_Link] = [("dimension-default", axis.name, axis.whole.name, {}) for axis in axes()]
    roles = dict.fromkeys(role for role, *_ in (*arcs, *defaults))
    declared = (_arcrole(f"{_DIMENSIONS}/{role}", f"http://www.xbrl.org/2005/xbrldt-2005.xsd#{role}") for role in roles)
    # Two links, since one may not hold two arcs between the same ends (XLink 1.0, 5.1.3).
    return element("link:linkbase", _LINKS, *declared, _definition_link(arcs), _definition_link(defaults))


def _definition_link(arcs: Sequence[_Link]) -> str:
    names = dict.fromkeys(name for _, above, below, _ in arcs for name in (above, below))
    written = (
        _arc("definition", f"{_DIMENSIONS}/{role}", above, below, {"order": f"{order}", **more})
        for order, (role, above, below, more) in enumerate(arcs, start=1)
    )
    return element("link:definitionLink", _extended(), *(_locator(name) for name in names), *written)


def _unsigned(part: str) -> str:
    return part.removeprefix("-")


def _extended() -> dict[str, str]:
    return {"xlink:type": "extended", "xlink:role": _LINK}


def _locator(name: str) -> str:
    return element("link:loc", {"xlink:type": "locator", "xlink:href": f"pk.xsd#pk_{name}", "xlink:label": name})


def _arcrole(uri: str, location: str) -> str:
    return element("link:arcroleRef", {"arcroleURI": uri, "xlink:type": "simple", "xlink:href": location})


def _arc(kind: str, arcrole: str, above: str, below: str, more: dict[str, str]) -> str:
    ends = {"xlink:type": "arc", "xlink:arcrole": arcrole, "xlink:from": above, "xlink:to": below}
    return element(f"link:{kind}Arc", {**ends, **more})


def _package() -> str:
    name, description = "Parkledger pk", "Facts of the periodic reports of a park and of its tenants."
    entry = element(
        "tp:entryPoint",
        {},
        element("tp:name", {}, name),
        element("tp:description", {}, description),
        element("tp:entryPointDocument", {"href": ENTRY_POINT}),
    )
    return element(
        "tp:taxonomyPackage",
        {"xmlns:tp": "http://xbrl.org/2016/taxonomy-package", "xml:lang": "en"},
        element("tp:identifier", {}, NAMESPACE),
        element("tp:name", {}, name),
        element("tp:description", {}, description),
        element("tp:version", {}, NAMESPACE.rpartition("/")[2]),
        element("tp:publisher", {}, "The Parkledger authors"),
        element("tp:entryPoints", {}, entry),
    )


def _catalog() -> str:
    rewrite = element("rewriteURI", {"uriStartString": f"{NAMESPACE}/", "rewritePrefix": "../pk/"})
    return element("catalog", {"xmlns": "urn:oasis:names:tc:entity:xmlns:xml:catalog"}, rewrite)
