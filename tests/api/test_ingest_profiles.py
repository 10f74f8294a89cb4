"""Ingest profiles over real HTTP: declared, answered, declared again, refused with the place."""

from typing import Any

from api.client import Client
from tests.api.test_flows import Park

DECLARE = """mutation ($tenant: ID!, $given: [IngestProfileInput!]!) {
  declareIngestProfiles(tenantId: $tenant, profiles: $given) {
    ... on DeclarationsAdded { declarations { version subject isNew } } ... on Refusal { code field message } } }"""
PROFILES = """query ($tenant: ID!) { declarations(tenantId: $tenant, kind: INGEST_PROFILE) { nodes { version content {
    ... on IngestProfile { name dataset encoding delimiter decimalMark thousandsMark dateOrder timeZone periodEnd
      floatDigits isTrimmed sheet headerRow columns { header field } values { field text means }
      fixed { field value } idColumns } } } } }"""
BILLS: dict[str, Any] = {
    "name": "电费",
    "encoding": "GB18030",
    "thousandsMark": ",",
    "timeZone": "Asia/Shanghai",
    "periodEnd": "LAST_DAY",
    "columns": [{"header": "用量", "field": "quantity"}, {"header": "备注"}],
    "values": [{"field": "unit", "text": "度", "means": "kWh"}],
    "fixed": [{"field": "source", "value": "M1"}],
    "idColumns": ["户号", "账期"],
}


def declared(client: Client, park: Park, *given: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client.ask(DECLARE, {"tenant": park.tenant, "given": list(given)})["declareIngestProfiles"]
    return found


def test_a_profile_is_declared_and_answered(client: Client) -> None:
    park = Park(client)
    first = {"version": 1, "subject": "电费", "isNew": True}
    assert declared(client, park, BILLS) == {"declarations": [first]}
    assert declared(client, park, BILLS) == {"declarations": [{**first, "isNew": False}]}
    changed = {**BILLS, "floatDigits": 15}
    assert declared(client, park, changed) == {"declarations": [{**first, "version": 2}]}
    nodes = client.ask(PROFILES, {"tenant": park.tenant})["declarations"]["nodes"]
    columns = [{"header": "用量", "field": "quantity"}, {"header": "备注", "field": ""}]
    assert nodes == [
        {
            "version": 2,
            "content": {
                **changed,
                "dataset": "ACTIVITIES",
                "delimiter": "",
                "decimalMark": ".",
                "dateOrder": "YEAR_FIRST",
                "isTrimmed": True,
                "sheet": "",
                "headerRow": 1,
                "columns": columns,
            },
        }
    ]


def test_a_profile_that_cannot_be_is_refused_with_its_place(client: Client) -> None:
    park = Park(client)
    answer = declared(client, park, BILLS, {"name": "b", "decimalMark": ",", "thousandsMark": ","})
    assert answer["code"] == "BAD_DECLARATION"
    assert answer["field"] == "[1]"
    assert "thousands_mark: ',' is the decimal mark too" in answer["message"]
    assert client.ask(PROFILES, {"tenant": park.tenant})["declarations"]["nodes"] == []
