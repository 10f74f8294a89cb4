"""Countries as international publishers write them: ISO 3166-1 alpha-3 codes, and English names in many spellings."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from emission_factors import regions

_PAIRS: Final = """
ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT AZEAZ BDIBI
BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO BRABR BRBBB BRNBN BTNBT
BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG COKCK COLCO COMKM CPVCV CRICR CUBCU
CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET
FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR
GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR
IRQIQ ISLIS ISRIL ITAIT JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB
LBRLR LBYLY LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA NCLNC NERNE
NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE PHLPH PLWPW PNGPG POLPL
PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF QATQA REURE ROURO RUSRU RWARW SAUSA SDNSD SENSN SGPSG SGSGS SHNSH SJMSJ
SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC
TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY
USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW
"""

ALPHA_3: Final[Mapping[str, str]] = {pair[:3]: pair[3:] for pair in _PAIRS.split()}
"""ISO 3166-1 alpha-3 -> alpha-2."""

OTHER_NAMES: Final[Mapping[str, str]] = {
    "american samoa": "AS",
    "bonaire": "BQ",
    "british virgin is": "VG",
    "brunei darussalam": "BN",
    "central african republic": "CF",
    "china": "CN",
    "congo democratic republic of": "CD",
    "congo republic of": "CG",
    "curacao": "CW",
    "eswatini": "SZ",
    "france continentale": "FR",
    "lao people s democratic republic": "LA",
    "monde": "WORLD",
    "myanmar": "MM",
    "palestinian authority": "PS",
    "reunion": "RE",
    "russian federation": "RU",
    "samoa": "WS",
    "sao tomé and principe": "ST",
    "sint martin": "SX",
    "slovak republic": "SK",
    "st martin": "MF",
    "st vincent and grenadines": "VC",
    "syrian arab republic": "SY",
    "timor leste": "TL",
    "united kingdom": "GB",
    "vanatu": "VU",
    "viet nam": "VN",
    "virgin is": "VI",
    "world": "WORLD",
}
"""Names that differ from those of our table of regions by more than spelling -> region; `vanatu` is as printed."""


class UnknownCountry(ValueError):
    """A text names no country of the table of regions."""


def by_alpha_3(code: str) -> str:
    """Return the region of an ISO 3166-1 alpha-3 code; raises `UnknownCountry`."""
    found = ALPHA_3.get(code)
    if found is None:
        raise UnknownCountry(f"{code!r} is no ISO 3166-1 alpha-3 code")
    return regions.region(found).code


def by_name(name: str) -> str:
    """Return the region of a country's English name, whatever stands after it in brackets or after a comma.

    >>> by_name("Bolivia, Plurinational State of"), by_name("Bermuda (U.K.)")
    ('BO', 'BM')
    """
    plain = _plain(re.sub(r"\(.*?\)|/.*", "", name))
    for candidate in (plain, _plain(name.partition(",")[0])):
        if candidate in OTHER_NAMES:
            return OTHER_NAMES[candidate]
        if candidate in _names():
            return _names()[candidate]
    raise UnknownCountry(f"{name!r} is no country of the table of regions")


@lru_cache(maxsize=1)
def _names() -> Mapping[str, str]:
    countries = (region for region in regions.all_regions() if region.level == "country")
    return {_plain(country.name_en): country.code for country in countries}


def _plain(name: str) -> str:
    """Return a name without case and punctuation; `and`, `Saint` and `Island` are spelled one way."""
    words = re.sub(r"[^\w ]", " ", name.casefold().replace("&", " and ")).split()
    return " ".join("st" if word == "saint" else "is" if word in ("island", "islands") else word for word in words)
