"""A report with its evidence pack: a tenant's month that is corrected, closed, published, adjusted, published again."""

import csv
import io
import zipfile
from typing import Any
from uuid import uuid4

import httpx

from api.client import Client
from ledger.setup import Databases
from tests.api.identity.replayed import Asker
from tests.api.test_flows import CORRECT, row
from tests.api.test_history import sealed
from tests.managed_park import ADD_SERIES, POST_INTERVALS, whole
from tests.published import Reported
from tests.service import Service

CORRECT_INTERVALS = """mutation ($input: CorrectIntervalsInput!) { correctIntervals(input: $input) {
  __typename ... on Refusal { code message } } }"""
BILL, READING = b"%PDF-1.7\n7319640\n", "抄表 7319640\n".encode()


class Packed:
    """A tenant's month with evidence, corrected, closed, published, adjusted and published again; sealed."""

    def __init__(self, service: Service, client: Client, databases: Databases) -> None:
        self.park = park = Reported(service, client)
        self.databases = databases
        first, self.diesel = park.book(
            row("a", "electricity.grid", "1000.50", "MWh"), row("=b", "stationary.diesel", "500", "L")
        )
        [self.power] = self.correct(first, "1200")
        park.book(row("later", "electricity.grid", "7", "MWh", **whole("2024-04")))
        asked = {"sourceId": park.source("load"), "role": "LOAD", "unit": "kWh", "minutes": 60, "hasAttribute": False}
        self.series = park.client.ask(ADD_SERIES, {"input": asked})["addIntervalSeries"]["series"]["id"]
        self.meter("2024-03-31T22:00:00+08:00", ["5", "7.5", "9"])
        self.meter("2024-03-31T23:00:00+08:00", ["8"], "a register was swapped")
        self.attach(BILL, "PERIOD", "MONTH 2024-03", "账单.pdf")
        self.attach(BILL, "ACTIVITY", self.diesel, "again.pdf")
        self.attach(READING, "ACTIVITY", self.power, "../../reading.txt", note="by hand")
        self.attach(b"other month", "PERIOD", "MONTH 2024-04", "other.txt")
        park.close("MONTH", "2024-03")
        self.first = park.publish()
        [self.adjusted] = self.correct(self.power, "1300", adjustment={"reason": "meter factor"})
        self.meter("2024-03-31T22:00:00+08:00", ["6"], "misread", "a bill showed it")
        self.report = park.publish(supersedes=self.first["id"], reason="meter factor of substation 3")
        self.attach(b"too late", "PERIOD", "MONTH 2024-03", "late.txt")
        sealed(databases)
        self.auditor = park.asker(park.tenant, "AUDITOR")

    def correct(self, activity: str, quantity: str, **more: Any) -> list[str]:
        """Correct a row and return the id of its version."""
        given = {"activityId": activity, "quantity": quantity, "unit": "MWh", "reason": "misread", **more}
        return [self.park.admin.ask(CORRECT, {"input": given}).json()["data"]["correctActivity"]["activity"]["id"]]

    def meter(self, start: str, values: list[str], reason: str = "", adjustment: str = "") -> None:
        """Post readings, or correct them for a reason."""
        span = {"seriesId": self.series, "start": start, "minutes": 60, "values": values}
        given = {"tenantId": self.park.tenant, "idempotencyKey": str(uuid4()), "readings": [span]}
        said = {"reason": reason, "adjustment": {"reason": adjustment} if adjustment else None} if reason else {}
        answer = self.park.client.ask(CORRECT_INTERVALS if reason else POST_INTERVALS, {"input": given | said})
        assert [one["__typename"] for one in answer.values()] == ["IntervalsPosted"], answer

    def attach(self, body: bytes, kind: str, subject: str, name: str, **more: str) -> None:
        """Add a file of evidence."""
        given = {"tenant": self.park.tenant, "kind": kind, "subject": subject, "name": name, **more}
        answer = self.park.admin.send("POST", "/evidence/v1", content=body, params=given)
        assert answer.status_code == 201, answer.text

    def get(self, by: Asker | None = None, report: str = "", **more: Any) -> httpx.Response:
        """Ask for a pack."""
        return (by or self.auditor).send("GET", f"/evidence/v1/packs/{report or self.report['id']}.zip", **more)


def opened(answer: httpx.Response) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(answer.content)) as found:
        assert found.testzip() is None
        return {one.filename: found.read(one) for one in found.infolist()}


def sheet(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))
