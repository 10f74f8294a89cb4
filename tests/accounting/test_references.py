"""What estimates under one reference must satisfy together."""

from accounting.estimates import Estimate, EstimateRequest, estimate
from accounting.references import judged
from accounting.refusals import Refused
from tests.build import basis, request, term

BASIS = basis()


def codes(*requests: EstimateRequest) -> list[str]:
    """The refusal code of each request, empty where it is estimated."""
    found = judged(requests, [alone(one) for one in requests])
    return [one.code.value if isinstance(one, Refused) else "" for one in found]


def alone(one: EstimateRequest) -> Estimate | Refused:
    try:
        return estimate(BASIS, one)
    except Refused as error:
        return error


def carbonate(substance: str, share: str, mass: str = "5", reference: str = "kiln", unit: str = "%") -> EstimateRequest:
    kind = f"process.carbonate/{substance}"
    return request(kind, mass, "t", reference=reference, multipliers=(term(share, unit),))


def carbon(way: str, mass: str, share: str, reference: str = "furnace") -> EstimateRequest:
    return request(f"process.carbon_{way}", mass, "t", reference=reference, multipliers=(term(share, "fraction"),))


def test_one_activity_by_volume_and_by_mass_is_a_duplicate_path() -> None:
    by_volume = request("stationary.natural_gas", "2", "10^4 Nm3", reference="boiler 1")
    by_mass = request("stationary.natural_gas", "15", "t", reference="boiler 1")
    again = request("stationary.natural_gas", "3", "Nm3", reference="boiler 1")
    other = request("stationary.natural_gas", "15", "t", reference="boiler 2")
    unnamed = request("stationary.natural_gas", "15", "t")
    diesel = request("stationary.diesel", "15", "t", reference="boiler 1")
    unreadable = request("stationary.natural_gas", "15", "tonns", reference="boiler 1")
    found = codes(by_volume, again, other, unnamed, diesel, unreadable, by_mass)
    assert found == ["", "", "", "", "", "UNKNOWN_UNIT", "DUPLICATE_PATH"]
    assert judged([], []) == []
    assert codes(by_mass) == [""]


def test_the_shares_of_one_material_are_at_most_the_whole() -> None:
    parts = (carbonate("CaCO3", "70"), carbonate("MgCO3", "30"))
    assert codes(*parts) == ["", ""]
    above = carbonate("Na2CO3", "0.0001", unit="fraction")
    assert codes(*parts, above) == ["", "", "FRACTION_OUT_OF_RANGE"]
    refused = judged([*parts, above], [alone(one) for one in (*parts, above)])[2]
    assert isinstance(refused, Refused)
    assert "the shares of 5 t under reference 'kiln' add up to 100.01 %" in str(refused)
    assert "process.carbonate/CaCO3, process.carbonate/MgCO3, process.carbonate/Na2CO3" in str(refused)


def test_shares_of_different_masses_or_things_are_not_added() -> None:
    assert codes(carbonate("CaCO3", "70"), carbonate("MgCO3", "60", mass="6")) == ["", ""]
    assert codes(carbonate("CaCO3", "70"), carbonate("MgCO3", "60", reference="other")) == ["", ""]
    assert codes(carbonate("CaCO3", "70", reference=""), carbonate("MgCO3", "60", reference="")) == ["", ""]
    assert codes(carbonate("CaCO3", "70"), carbonate("CaCO3", "60")) == ["", ""]


def test_a_balance_may_come_out_at_zero_and_not_below() -> None:
    enters = carbon("in", "100", "0.008")
    assert codes(enters, carbon("out", "400", "0.002")) == ["", ""]
    assert codes(enters, carbon("out", "400.0001", "0.002")) == ["", "NEGATIVE_BALANCE"]
    assert codes(enters, carbon("out", "401", "0.002", reference="elsewhere")) == ["", "NEGATIVE_BALANCE"]
    assert codes(enters, carbon("out", "401", "0.002", reference="")) == ["", ""]
    pair = [enters, carbon("out", "401", "0.002")]
    refused = judged(pair, [alone(one) for one in pair])[1]
    assert isinstance(refused, Refused)
    assert "under reference 'furnace' more leaves than enters, -7.333333333333 kg CO2e" in str(refused)
