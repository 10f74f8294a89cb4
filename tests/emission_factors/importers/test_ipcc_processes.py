from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from emission_factors.datasets import factor_of
from emission_factors.factors import Dataset
from emission_factors.importers import ipcc_processes, ipcc_refinement

HEADER = "ipcc_2006_category,gas,fuel,parameter,technology,condition,region,value,unit,efdb_id,source"
ROAD = "1.A.3.b - Road Transportation"
OFF_ROAD = "1.A.3.e.ii - Off-road"
BURNT = "4.C.1 - Waste Incineration"
SEWAGE = "4.D.1 - Domestic Wastewaster Treatment and Discharge"
WORKS = "4.D.2 - Industrial Wastewater Treatment and Discharge"
MCF = "Methane correction factor (MCF) for industrial wastewater"
CHILLERS = "2.F.1.a - Refrigeration and Stationary Air Conditioning,HFC"
LINES = f"""\
{HEADER}
{ROAD},CH4,Diesel Oil,Road,,,,3.9,kg/TJ,1,"2006 IPCC Guidelines, Volume 2: Energy, Table 3.2.2"
{ROAD},N2O,Diesel Oil,Road,,,,3.9,kg/TJ,2,"2006 IPCC Guidelines, Volume 2: Energy, Table 3.2.2"
{ROAD},CH4,Biogasoline,Road,Brazil cars,,,18,kg/TJ,3,"2006 IPCC Guidelines, Volume 2: Energy, Table 3.2.2"
{OFF_ROAD},CH4,Diesel Oil,Off,Off-Road Source: Household,,,4.15,kg/TJ,4,"2006 IPCC Guidelines, Volume 2, Table 3.3.1"
{OFF_ROAD},N2O,Diesel Oil,Off,Off-Road Source: Household,,,28.6,kg/GJ,5,"2006 IPCC Guidelines, Volume 2, Table 3.3.1"
{WORKS},CH4,,"Maximum CH4 producing capacity, Bo",,COD based,,0.25,Kg CH4/Kg COD,614965,P6.21
{WORKS},CH4,,{MCF},Treated,Anaerobic reactor,,0.8,fraction,614970,P6.21
{WORKS},CH4,,{MCF},Treated,Reed bed,,0.4,fraction,700001,P6.21
{SEWAGE},CH4,,CH4 correction factor (MCF) for domestic wastewater,treated,Septic system,,0.5,fraction,614868,Table6.3
{WORKS},N2O,,EF for N2O emissions from domestic wastewater,effluent,,,0.005,Kg N2O-N/kg -N,615004,P6.25
{BURNT},N2O,,N2O emission factor,Incineration of Industrial Waste,all types,,100,g N2O /tonne waste,615062,Table 5.6
{BURNT},N2O,,N2O emission factor,Incineration of sewage sludge,incinerators,,900,g N2O /tonne waste,615065,Table 5.6
{BURNT},CO2,,Oxidation factor as % of carbon input,Incineration,MSW,,100,%,615020,Table 5.2
4.C - Incineration,CO2,,Fossil carbon content in clinical waste,clinical,wet,,25,%,614667,Table 2.6
4.A - Solid Waste,CH4,,Degradable organic carbon (DOC) content in clinical waste,clinical,wet,,15,%,614736,Table 2.6
4.B - Biological,CH4,,Emission factor,Composting,wet weight basis,,4,g CH4/kg waste treated,615013,IPCC
4.B - Biological,N2O,,Emission factor,Composting,wet weight basis,,0.24,g N2O/kg waste treated,615017,IPCC
{CHILLERS},,Operation emission,Chillers,range low-high,,2-15,% of initial charge per year,214387,Table 7.9
{CHILLERS},,Charge,Chillers,range low-high,,2000-10,kg,214387,Table 7.9
{CHILLERS},,Colour,Chillers,,,red,,214387,Table 7.9
""".splitlines()
DATASET = Dataset("x", "P", "T", "", date(2006, 1, 1), None, "", "", "", "facts_only", "", "", None, 1)


def by_record() -> dict[str, Mapping[str, str]]:
    return {row["record"]: row for row in ipcc_processes.read(LINES).rows}


def test_rows_of_a_technology_fold_into_one_complement() -> None:
    row = by_record()["1+2"]
    assert row["kinds"] == "fuel.diesel.road_non_co2"
    assert (row["gases"], row["unit"], row["basis"]) == ("CH4_FOSSIL=3.9;N2O=3.9", "TJ", "GAS_MASSES")
    assert row["locator"] == "Volume 2: Energy, Table 3.2.2"
    assert by_record()["3"]["gases"] == "CH4_BIOGENIC=18"
    assert by_record()["3"]["kinds"] == ""


def test_wastewater_methane_is_a_chain_of_capacity_and_correction() -> None:
    row = by_record()["614965+614970"]
    assert row["kinds"] == "wastewater.cod/anaerobic_reactor"
    assert row["terms"] == "CH4_BIOGENIC: BO=0.25 kg CH4/kg COD; MCF=0.8 fraction"
    assert factor_of(DATASET, row).gases == (("CH4_BIOGENIC", Fraction(1, 5)),)
    assert by_record()["614965+700001"]["kinds"] == ""


def test_nitrogen_becomes_nitrous_oxide_by_molar_masses() -> None:
    row = by_record()["615004"]
    assert factor_of(DATASET, row).gases == (("N2O", Fraction("0.005") * Fraction(44, 28)),)
    assert row["printed"] == "0.005 Kg N2O-N/kg -N"


def test_clinical_waste_keeps_fossil_and_biogenic_carbon_apart() -> None:
    row = by_record()["614667+614736+615020+615062"]
    factor = factor_of(DATASET, row)
    assert row["terms"] == "CO2: FOSSIL_C=0.25 kgC/kg; OF=100 %"
    assert dict(factor.gases) == {"N2O": Fraction("0.1"), "CO2": Fraction(250) * Fraction(44, 12)}
    assert factor.co2_biogenic == 550


def test_incineration_and_composting_are_per_tonne_and_per_kilogram() -> None:
    rows = by_record()
    assert (rows["615062"]["kinds"], rows["615062"]["gases"]) == ("incineration.industrial_n2o", "N2O=0.100")
    assert rows["615065"]["kinds"] == "incineration.sludge_n2o"
    assert (rows["615013+615017"]["gases"], rows["615013+615017"]["unit"]) == ("CH4_BIOGENIC=0.004;N2O=0.00024", "kg")


def test_parameters_and_ranges_become_properties() -> None:
    properties = {item["record"]: item for item in ipcc_processes.read(LINES).properties}
    rate = properties["214387-leak_rate"]
    assert (rate["substance"], rate["property"], rate["value"], rate["value_high"], rate["unit"]) == (
        "chillers",
        "LEAK_RATE",
        "2",
        "15",
        "%",
    )
    assert rate["note"] == "% of initial charge per year"
    assert (properties["614965"]["property"], properties["614965"]["unit"]) == ("BO", "kg CH4/kg COD")
    assert properties["614970"]["property"] == "MCF"


def test_bad_rows_are_reported_each_and_unknown_parameters_passed_over() -> None:
    errors = ipcc_processes.read(LINES).errors
    assert [(error.row_number, error.column, error.value) for error in errors] == [
        (6, "unit", "kg/GJ"),
        (10, "efdb_id", "614868"),
        (20, "value", "2000-10"),
    ]
    assert errors[1].message == "needs the row of EFDB id 614961, which the file lacks"


def test_the_refinement_of_2019_gives_treatment_plants_their_own_figures() -> None:
    nitrogen, organic = (factor_of(DATASET, row) for row in ipcc_refinement.read().rows)
    assert nitrogen.gases == (("N2O", Fraction("0.016") * Fraction(44, 28)),)
    assert organic.gases == (("CH4_BIOGENIC", Fraction("0.0075")),)
    assert {factor.status for factor in (nitrogen, organic)} == {"SINGLE_SOURCE"}
