"""What covers how much of what was bought: to the last MWh and no further, by the hierarchy; computed by hand."""

from accounting.scope2.instruments import Attribute, EnergyCarrier, Kind
from tests.accounting.scope2.tables import BOUGHT, ISO, MARCH, PPA, SELF, SUPPLY, Case, cases, checked
from tests.instruments import claim, load


@cases(
    Case("no instrument", (load("1000"),), (), "", "1000", "609.6"),
    Case("V05", SUPPLY, (*BOUGHT, claim("pv", "1000", SELF)), "pv 1000, gec 4000, ppa 2000", "0 3000", "1828.8"),
    Case(
        "V05, the certificates of the roof sold",
        SUPPLY,
        (*BOUGHT[1:], claim("gec", "4000"), claim("pv", "1000", SELF, is_sold=True)),
        "gec 4000, ppa 2000",
        "0 4000",
        "2438.4",
        ("pv SOLD 1000",),
    ),
    Case("electricity-market-01", (load("1000"),), (claim("a", "600"),), "a 600", "400", "180", rate="450"),
    Case("electricity-market-03", (load("1000"),), (claim("a", "300"),), "a 300", "700", "409.92", rate="585.6"),
    Case("electricity-market-05", (load("500"),), (claim("a", "650"),), "a 500", "0", "0", ("a EXCESS 150",)),
    Case("covered to the last MWh", (load("500"),), (claim("a", "500"),), "a 500", "0", "0"),
    Case("partial cover", (load("1000.5"),), (claim("a", "1000"),), "a 1000", "0.5", "0.3048"),
    Case(
        "the last certificate in part",
        (load("500.25"),),
        (claim("a", "501"),),
        "a 500.25",
        "0",
        "0",
        ("a EXCESS 0.75",),
    ),
    Case("nothing consumed", (load("0"),), (claim("a", "5"),), "", "0", "0", ("a EXCESS 5",)),
    Case(
        "excess is not carried to another month",
        (load("100", "2025-03"), load("100", "2025-04")),
        (claim("a", "150", claimed=MARCH),),
        "a 100",
        "0 100",
        "60.96",
        ("a EXCESS 50",),
    ),
    Case(
        "two certificates, the second in excess",
        (load("100"),),
        (claim("b", "60"), claim("a", "70")),
        "a 70, b 30",
        "0",
        "0",
        ("b EXCESS 30",),
    ),
    Case(
        "certificate 300, contract 200 at 50 kg, supplier's rate 400 at 410 kg, the rest",
        (load("1000"),),
        (
            claim("rate", "400", Kind.SUPPLIER_RATE, rate="410", attribute=Attribute.CONVENTIONAL),
            claim("ppa", "200", PPA, rate="50"),
            claim("gec", "300"),
        ),
        "gec 300, ppa 200, rate 400",
        "100",
        "234.96",
    ),
    Case(
        "the higher rung covers all",
        (load("100"),),
        (claim("rate", "100", Kind.SUPPLIER_RATE), claim("ppa", "100", PPA), claim("gec", "100")),
        "gec 100",
        "0",
        "0",
        ("ppa EXCESS 100", "rate EXCESS 100"),
    ),
    Case(
        "steam at its supplier's rate, 0.06496 t/GJ",
        (load("500", carrier=EnergyCarrier.STEAM),),
        (
            claim(
                "boiler",
                "500",
                Kind.SUPPLIER_RATE,
                carrier=EnergyCarrier.STEAM,
                attribute=Attribute.CONVENTIONAL,
                rate="233.856",
            ),
        ),
        "boiler 500",
        "0",
        "116.928",
    ),
    Case("ISO as the GHG Protocol", SUPPLY, BOUGHT, "gec 4000, ppa 2000", "0 4000", "2438.4", regime=ISO),
)
def test_what_covers_how_much(case: Case) -> None:
    checked(case)
