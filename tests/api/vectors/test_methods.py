"""Golden vectors V03, V06, V07, V09 to V12, V29 and V30: what the methods answer."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest

from api.client import Client, ServiceError
from tests.api.vectors.asking import asked, close

TOTAL = Fraction(129000) * Fraction("0.055539")
HEAT_MWH, POWER_MWH = Fraction(60000) / Fraction("3.6"), Fraction(12000)


def cents(text: str) -> Decimal:
    return round(Decimal(text), 2)


def test_v03_the_base_year_is_recalculated(client: Client) -> None:
    found = asked(
        client,
        """baseYear(emissions: "50000", threshold: {percent: "5", source: "policy"}, changes: [
        {kind: STRUCTURAL, delta: "3100", reason: "plant bought", effectiveOn: "2026-01-01"}]) {
        isTriggered percent restated }""",
    )["baseYear"]
    assert found == {"isTriggered": True, "percent": "6.2", "restated": "53100"}


@pytest.mark.parametrize(
    ("rule", "share", "heat", "power"),
    [
        (
            "efficiency: {}",
            (HEAT_MWH / Fraction("0.8")) / (HEAT_MWH / Fraction("0.8") + POWER_MWH / Fraction("0.35")),
            "2707.98",
            "4456.55",
        ),
        ("energyContent: ONCE", HEAT_MWH / (HEAT_MWH + POWER_MWH), "4165.42", "2999.11"),
        (
            'carnot: {supplyK: "453.03"}',
            (1 - Fraction("293.15") / Fraction("453.03"))
            * HEAT_MWH
            / ((1 - Fraction("293.15") / Fraction("453.03")) * HEAT_MWH + POWER_MWH),
            "2356.63",
            "4807.91",
        ),
    ],
)
def test_v06_and_v07_a_plant_is_divided(client: Client, rule: str, share: Fraction, heat: str, power: str) -> None:
    """The energy content is 4,165.425 exactly, halfway between two printed figures."""
    found = asked(
        client,
        f'cogeneration(total: "7164.531", outputs: {{heatGj: "60000", powerMwh: "12000", carrier: STEAM}}, '
        f"rule: {{{rule}}}) {{ heat power }}",
    )["cogeneration"]
    assert Fraction("7164.531") == TOTAL
    assert close(found["heat"], TOTAL * share)
    assert Fraction(found["heat"]) + Fraction(found["power"]) == TOTAL
    assert (cents(found["heat"]), cents(found["power"])) == (Decimal(heat), Decimal(power))


def test_v07_by_work_potential(client: Client) -> None:
    heat = Fraction("2777.1") - Fraction("83.9")
    work = heat - Fraction("293.15") * (Fraction("6.585") - Fraction("0.2965"))
    work_mwh = HEAT_MWH / heat * work
    found = asked(
        client,
        """cogeneration(total: "7164.531", outputs: {heatGj: "60000", powerMwh: "12000", carrier: STEAM},
        rule: {workPotential: {streams: [
          {amount: {heatGj: "60000"}, enthalpyKjPerKg: "2777.1", entropyKjPerKgK: "6.585"}]}}) { heat power }""",
    )["cogeneration"]
    assert close(found["heat"], TOTAL * work_mwh / (work_mwh + POWER_MWH))
    assert (cents(found["heat"]), cents(found["power"])) == (Decimal("2182.95"), Decimal("4981.58"))


def test_v09_and_v10_error_propagation(client: Client) -> None:
    found = asked(
        client,
        """product: uncertaintyOfProduct(spreads: {percents: ["5", "10"]}) { spread }
        sum: uncertainty(form: PERCENT, lines: [
          {name: "a", emission: "8000", inputs: [{code: "fuel", spread: "5"}]},
          {name: "b", emission: "4000", inputs: [{code: "x", spread: "5"}, {code: "y", spread: "10"}]},
          {name: "c", emission: "600", inputs: [{code: "z", spread: "60"}]}]) { total spread }""",
    )
    with localcontext(prec=60):
        product = Fraction(Decimal(125).sqrt())
        total = Fraction(Decimal(400**2 + 4000**2 * 125 // 10**4 + 360**2).sqrt()) / 126
    assert close(found["product"]["spread"], product)
    assert close(found["sum"]["spread"], total)
    assert (cents(found["product"]["spread"]), cents(found["sum"]["spread"])) == (Decimal("11.18"), Decimal("5.55"))
    assert found["sum"]["total"] == "12600"


def gsd2(*factors: str) -> Decimal:
    """Return exp of the root of the sum of squared logarithms."""
    return sum((Decimal(factor).ln() ** 2 for factor in factors), Decimal(0)).sqrt().exp()


def test_v11_and_v12_lognormal_uncertainty(client: Client) -> None:
    scores = "reliability: 2, completeness: 2, time: 2, geography: 2"
    found = asked(
        client,
        f"""ghgp: pedigree(set: GHG_PROTOCOL, scores: {{{scores}, technology: 2}}, basic: {{kind: COMBUSTION_CO2}}) {{
          gsd2 }}
        ecoinvent: pedigree(set: ECOINVENT_V2, scores: {{{scores}, technology: 3}}, basic: {{factor: "1.05"}}) {{
          gsd2 }}
        sum: uncertainty(form: GSD2, lines: [
          {{name: "a", emission: "1000", inputs: [{{code: "x", spread: "1.2685"}}]}},
          {{name: "b", emission: "500", inputs: [{{code: "y", spread: "1.05"}}]}}]) {{ spread low high }}""",
    )
    with localcontext(prec=60):
        ghgp = gsd2("1.10", "1.05", "1.10", "1.02", "1.20", "1.05")
        ecoinvent = gsd2("1.05", "1.02", "1.03", "1.01", "1.20", "1.05")
        parts = [Decimal(1000) / 1500 * Decimal("1.2685").ln(), Decimal(500) / 1500 * Decimal("1.05").ln()]
        total = (parts[0] ** 2 + parts[1] ** 2).sqrt().exp()
    for answer, exact in (("ghgp", ghgp), ("ecoinvent", ecoinvent)):
        assert close(found[answer]["gsd2"], Fraction(exact))
    assert close(found["sum"]["spread"], Fraction(total))
    printed = [found["ghgp"]["gsd2"], found["ecoinvent"]["gsd2"], found["sum"]["spread"]]
    assert [str(round(Decimal(text), 4)) for text in printed] == ["1.2685", "1.2195", "1.1728"]
    assert [round(Decimal(found["sum"][end]), 1) for end in ("low", "high")] == [Decimal("1279.0"), Decimal("1759.2")]


TARGET = "framework: SBTI_V1, scopes: [SCOPE_1, SCOPE_2], scope2Method: MARKET, baseYear: 2020, targetYear: {year}"
FIELDS = "{ framework method metric scopes scope2Method baseYear baseValue targetYear value reduction source }"
PATHWAY = '{base: "0.70", target: "0.35", final: "0.05", source: "sector pathway"}'


def test_v29_targets(client: Client) -> None:
    first, later = TARGET.format(year=2030), TARGET.format(year=2028)
    found = asked(
        client,
        f"""contraction: target(input: {{{first}, baseValue: "50000", method: {{absoluteContraction: {{}}}}}}) {{
          value reduction metric source progress(current: "42000") }}
        late: target(input: {{{first.replace("2020", "2022")}, baseValue: "50000",
          method: {{absoluteContraction: {{}}}}}}) {{ value }}
        sectoral: target(input: {{{first}, baseValue: "0.60", method: {{sectoralDecarbonisation: {PATHWAY}}}}}) {{
          value metric }}
        economic: target(input: {{{later}, baseValue: "1", method: {{economicIntensity: {{}}}}}}) {FIELDS}""",
    )
    assert (found["contraction"]["value"], found["contraction"]["reduction"]) == ("29000", "0.42")
    assert close(found["contraction"]["progress"], Fraction(8, 21))
    assert found["late"]["value"] == "29000", "the years from 2020 are owed"
    assert close(found["sectoral"]["value"], Fraction(55, 100) * Fraction(30, 65) + Fraction(5, 100))
    assert round(Decimal(found["sectoral"]["value"]), 6) == Decimal("0.303846")
    assert found["economic"]["value"] == "0.5595818096650401"
    assert round(Decimal(found["economic"]["value"]), 6) == Decimal("0.559582")
    assert [found[name]["metric"] for name in ("contraction", "sectoral")] == ["ABSOLUTE", "INTENSITY"]
    assert "2020" in found["contraction"]["source"]
    assert found["economic"] | {"source": ""} == {
        "framework": "SBTI_V1",
        "method": "ECONOMIC_INTENSITY",
        "metric": "INTENSITY",
        "scopes": ["SCOPE_1", "SCOPE_2"],
        "scope2Method": "MARKET",
        "baseYear": 2020,
        "baseValue": "1",
        "targetYear": 2028,
        "value": "0.5595818096650401",
        "reduction": "0.4404181903349599",
        "source": "",
    }


def test_v29_a_rate_of_ones_own_and_what_no_framework_says(client: Client) -> None:
    asked_for = TARGET.format(year=2030).replace("SBTI_V1", "SBTI_V2")
    with pytest.raises(ServiceError, match="no rate of SBTI_V2 ABSOLUTE_CONTRACTION ONE_POINT_FIVE is on record"):
        asked(
            client, f'target(input: {{{asked_for}, baseValue: "1", method: {{absoluteContraction: {{}}}}}}) {{ value }}'
        )
    rate = '{annual: "0.05", source: "board, 2025"}'
    found = asked(
        client,
        f'target(input: {{{asked_for}, baseValue: "10", method: {{absoluteContraction: {rate}}}}}) {{ value source }}',
    )["target"]
    assert found == {"value": "5", "source": "board, 2025"}


def test_dual_control_of_a_five_year_plan(client: Client) -> None:
    found = asked(client, 'dualControl(cut: "0.17", years: 5, base: "100", growth: "0.05") { annualCut total source }')
    assert round(Decimal(found["dualControl"]["annualCut"]) * 100, 3) == Decimal("3.658")
    assert abs((1 - Fraction(found["dualControl"]["annualCut"])) ** 5 - Fraction(83, 100)) < Fraction(1, 10**48)
    assert found["dualControl"]["total"] == "105.9313696875"
    assert found["dualControl"]["source"]


def test_v30_cost_of_abatement(client: Client) -> None:
    found = asked(
        client,
        """abatement(input: {investment: "12000000", interest: "0.08", years: 15, operatingChange: "-900000",
        avoidedTonnes: "1500"}) { recoveryFactor annualCost costPerTonne source }""",
    )["abatement"]
    grown = Fraction(108, 100) ** 15
    factor = Fraction(8, 100) * grown / (grown - 1)
    assert close(found["recoveryFactor"], factor)
    assert close(found["annualCost"], 12_000_000 * factor - 900_000)
    assert close(found["costPerTonne"], (12_000_000 * factor - 900_000) / 1500)
    assert (round(Decimal(found["recoveryFactor"]), 5), cents(found["costPerTonne"])) == (
        Decimal("0.11683"),
        Decimal("334.64"),
    )
    with pytest.raises(ServiceError, match="avoids 0 t a year"):
        asked(client, 'abatement(input: {investment: "1", interest: "0", years: 1, avoidedTonnes: "0"}) { annualCost }')
