"""Factors that follow from a definition or from stoichiometry alone: a gas released, carbon burnt, a solvent oxidised.

No publisher prints them; each names what it follows from. Carbon shares of solvents are computed from the standard
atomic weights IUPAC stated in 2007 and rounded to four digits; carbon becomes CO2 by 44/12, as in the standards.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from emission_factors import decimals, gases
from emission_factors.chains import CARBON_TO_GAS
from emission_factors.factors import GasBasis, Status
from emission_factors.importers import Imported
from emission_factors.importers.rows import factor_row

ATOMIC_WEIGHTS: Final[Mapping[str, Fraction]] = {
    "C": Fraction("12.0107"),
    "H": Fraction("1.00794"),
    "N": Fraction("14.0067"),
    "O": Fraction("15.9994"),
    "Cl": Fraction("35.453"),
}
"""Standard atomic weights, IUPAC 2007 (Pure Appl. Chem. 81, 2131); they give the carbon shares that methods print."""

METHANE_TO_CO2: Final = "2.75"
"""44/16, kg CO2 per kg methane oxidised (GB/T 32151.34-2024 eq. 6 rounds the molar masses so)."""
GLUCOSE_TO_CO2: Final = "0.4886"
"""2 x 44.01 / 180.16, kg CO2 per kg glucose fermented to ethanol."""

SOLVENTS: Final[Mapping[str, tuple[str, dict[str, int]]]] = {
    "acetone": ("丙酮", {"C": 3, "H": 6, "O": 1}),
    "ethanol": ("乙醇", {"C": 2, "H": 6, "O": 1}),
    "methanol": ("甲醇", {"C": 1, "H": 4, "O": 1}),
    "isopropanol": ("异丙醇", {"C": 3, "H": 8, "O": 1}),
    "ethyl_acetate": ("乙酸乙酯", {"C": 4, "H": 8, "O": 2}),
    "acetonitrile": ("乙腈", {"C": 2, "H": 3, "N": 1}),
    "toluene": ("甲苯", {"C": 7, "H": 8}),
    "dichloromethane": ("二氯甲烷", {"C": 1, "H": 2, "Cl": 2}),
    "thf": ("四氢呋喃", {"C": 4, "H": 8, "O": 1}),
    "dmf": ("N,N-二甲基甲酰胺", {"C": 3, "H": 7, "N": 1, "O": 1}),
    "hexane": ("正己烷", {"C": 6, "H": 14}),
    "heptane": ("正庚烷", {"C": 7, "H": 16}),
    "ethylene_oxide": ("环氧乙烷", {"C": 2, "H": 4, "O": 1}),
}
"""Solvent -> Chinese name and atoms of one molecule."""

BIO_SOLVENTS: Final = ("ethanol", "methanol", "isopropanol", "acetone", "ethyl_acetate")
"""Solvents that are also made from biomass."""

_COMMON: Final = {
    "region": "WORLD",
    "data_year": "1990",
    "unit": "kg",
    "purposes": "CORPORATE|PRODUCT|PARK",
    "status": Status.VERIFIED,
}


def read(gas_lines: Iterable[str]) -> Imported:
    """Return the definitions; `gas_lines` is the catalogue's own table of gases, for their other names."""
    rows = [*_gases(gas_lines), *_blends(), *_conversions(), *_solvents(), *_bio_solvents()]
    return Imported([factor_row(**_COMMON, **row) for row in rows])


def carbon_share(atoms: Mapping[str, int]) -> str:
    """Return kg of carbon in one kg of a compound, four digits.

    >>> carbon_share({"C": 3, "H": 6, "O": 1})
    '0.6204'
    """
    mass = sum((ATOMIC_WEIGHTS[name] * count for name, count in atoms.items()), Fraction(0))
    share = ATOMIC_WEIGHTS["C"] * atoms["C"] / mass
    return str(round(decimals.rounded(share), 4))


def _gases(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """One kg of a gas emits one kg of it, under every name it goes by."""
    for row in csv.DictReader(lines):
        code = row["code"]
        names = [code, *(name for name in row["aliases"].split("|") if _is_another_name(name, code))]
        yield {
            "record": f"gas-{code}",
            "kinds": "|".join(f"gas/{name}" for name in names),
            "name_en": f"{row['name_en']} released",
            "name_zh": f"{row['name_zh']}（排放）",
            "path": "Gases",
            "basis": GasBasis.GAS_MASSES,
            "gases": f"{code}=1",
            "stage": "release",
            "locator": "definition: mass released",
        }


def _is_another_name(name: str, code: str) -> bool:
    """Whether an alias is more than the code spelled without hyphens; names with spaces are for reading only."""
    return bool(name) and " " not in name and name.casefold() != code.replace("-", "").casefold()


def _blends() -> Iterator[dict[str, str]]:
    """One kg of a blend emits its components by mass fraction."""
    for blend in gases.blends():
        parts = gases.composition(blend)
        yield {
            "record": f"gas-{blend}",
            "kinds": f"gas/{blend}",
            "name_en": f"{blend} released",
            "name_zh": f"制冷剂 {blend}（排放）",
            "path": "Gases > Blends",
            "basis": GasBasis.GAS_MASSES,
            "gases": ";".join(f"{code}={decimals.plain(share)}" for code, share in parts.items()),
            "stage": "release",
            "locator": "mass fractions of the components (table of blends)",
        }


def _conversions() -> Iterator[dict[str, str]]:
    """Yield the definitions that stand alone."""
    masses = {"basis": GasBasis.GAS_MASSES, "path": "Definitions"}
    yield {
        "record": "biogenic-co2",
        "kinds": "biogenic_co2",
        "name_en": "Carbon dioxide of biogenic origin, released",
        "name_zh": "生物源二氧化碳（排放）",
        "co2_biogenic": "1",
        "locator": "definition: mass released",
        **masses,
    }
    yield {
        "record": "reported-co2e",
        "kinds": "identity.co2e",
        "name_en": "CO2e as reported by another party",
        "name_zh": "对方报告的二氧化碳当量",
        "path": "Definitions",
        "basis": GasBasis.CO2E_TOTAL,
        "co2e": "1",
        "locator": "definition: 1 kg CO2e per kg",
        "note": "Stays under the other party's GWP set.",
    }
    yield {
        "record": "carbon-balance",
        "kinds": "balance.carbon",
        "name_en": "Carbon of a material balance, as CO2",
        "name_zh": "物料平衡中的碳",
        "terms": "CO2: C=1 kgC/kg",
        "stage": "process",
        "locator": "44/12 (GB/T 32150-2025 cl. 7.2.3)",
        **masses,
    }
    yield {
        "record": "volatiles-balance",
        "kinds": "balance.methane_oxidised",
        "name_en": "Volatile matter oxidised by the methane route, as CO2",
        "name_zh": "挥发分（甲烷路线）氧化",
        "gases": f"CO2={METHANE_TO_CO2}",
        "stage": "process",
        "locator": "44/16 (GB/T 32151.34-2024 eq. 6)",
        **masses,
    }
    yield {
        "record": "methane-flared",
        "kinds": "flare.methane",
        "name_en": "Biogas methane flared, as biogenic CO2",
        "name_zh": "沼气甲烷火炬燃烧",
        "co2_biogenic": METHANE_TO_CO2,
        "stage": "combustion",
        "locator": "44/16",
        "note": "Methane that is not emitted is no negative emission.",
        **masses,
    }
    yield {
        "record": "glucose-fermented",
        "kinds": "fermentation.glucose",
        "name_en": "Glucose fermented to ethanol, as biogenic CO2",
        "name_zh": "葡萄糖发酵（乙醇路线）",
        "co2_biogenic": GLUCOSE_TO_CO2,
        "stage": "process",
        "locator": "88.02/180.16",
        **masses,
    }


def _solvents() -> Iterator[dict[str, str]]:
    for name, (name_zh, atoms) in SOLVENTS.items():
        yield {
            "record": f"solvent-{name}",
            "kinds": f"solvent/{name}",
            "name_en": f"{_readable(name)} oxidised, as CO2",
            "name_zh": f"{name_zh}氧化",
            "path": "Solvents",
            "basis": GasBasis.GAS_MASSES,
            "terms": f"CO2: WC={carbon_share(atoms)} kgC/kg",
            "stage": "process",
            "locator": f"carbon share of {_formula(atoms)} x 44/12",
        }


def _bio_solvents() -> Iterator[dict[str, str]]:
    for name in BIO_SOLVENTS:
        name_zh, atoms = SOLVENTS[name]
        released = Fraction(Decimal(carbon_share(atoms))) * CARBON_TO_GAS["CO2"]
        yield {
            "record": f"bio-solvent-{name}",
            "kinds": f"bio_solvent/{name}",
            "name_en": f"{_readable(name)} of biogenic origin oxidised, as biogenic CO2",
            "name_zh": f"生物基{name_zh}氧化",
            "path": "Solvents > Biogenic",
            "basis": GasBasis.GAS_MASSES,
            "co2_biogenic": decimals.plain(round(decimals.rounded(released), 6)),
            "stage": "process",
            "locator": f"carbon share of {_formula(atoms)} x 44/12, six decimals",
        }


def _formula(atoms: Mapping[str, int]) -> str:
    return "".join(f"{name}{count if count > 1 else ''}" for name, count in atoms.items())


def _readable(name: str) -> str:
    """Return a solvent's name for people: abbreviations in capitals."""
    return name.upper() if len(name) == 3 else name.replace("_", " ").capitalize()
