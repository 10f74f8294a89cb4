"""The loader's process and what `parkledger demo` says when it worked and when it did not."""

import socket
import sys
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from api.cli.loader import Loading
from api.cli.service import Serving
from api.client import Client
from api.demo import __main__ as process
from api.demo.keys import DemoKeys
from api.demo.loading import Loaded
from api.demo.publishing import ShownReport
from api.demo.summary import FOOTPRINT, summary

NOWHERE = "http://127.0.0.1:1"
LOADED = Loaded("UGFyazox", "lanting-demo", "Park (demo)", "园区（示例）", 25, "2023-11", "2026-10", 2025, 68815)

ONCE: dict[str, Any] = {
    "reported": {"co2e": "210976.9"},
    "byElimination": {"co2e": "151738.4"},
    "difference": {"co2e": "0"},
    "failedMonths": [],
}


class Answering(Client):
    """Answers the query of the summary; `once` is the park counted as one."""

    def __init__(self, once: dict[str, Any] | None = ONCE) -> None:
        self.asked: list[dict[str, Any] | None] = []
        self.once = once

    def ask(self, document: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        assert document == FOOTPRINT
        self.asked.append(variables)
        names = ("scope1", "scope2Location", "scope2Market", "scope3")
        totals = {
            name: {"co2e": text} for name, text in zip(names, ("58920.4", "152056.5", "0", "140100"), strict=True)
        }
        gap = {"activityType": "electricity.grid", "gap": {"line": {"code": "losses"}}}
        basis = {"regimeNameEn": "GHG Protocol", "gwpSet": "AR6"}
        footprint = {"basis": basis, "totals": totals, "gaps": [gap, gap]}
        return {"footprint": footprint, "parkConsolidation": self.once}


def test_the_summary_shows_the_footprint_the_service_answered() -> None:
    client = Answering()
    lines = summary(client, LOADED, "http://127.0.0.1:8000").splitlines()
    assert client.asked == [{"park": "UGFyazox", "first": "2025-01", "last": "2025-12"}]
    assert lines[1:14] == [
        "Demo park lanting-demo: Park (demo) 园区（示例）",
        "  25 tenants, 2023-11 to 2026-10, 68,815 rows posted",
        "  Every company and every figure is invented.",
        "Its footprint of 2025 in t CO2e (GHG Protocol, AR6):",
        "  scope 1                           58,920",
        "  scope 2, location-based          152,056",
        "  scope 2, market-based                  0",
        "  scope 3                          140,100",
        "  missing for want of a factor, not zero: electricity.grid (losses)",
        "What tenants supply to each other stands twice in these: as the fuel of who makes it, and where it is used.",
        "  scopes 1 and 2, summed           210,977",
        "  the park, counted once           151,738",
        "  found in two ways, without internal supply and by what enters the park, to the last digit",
    ]


@pytest.mark.parametrize(
    ("once", "told"),
    [
        (None, []),
        (ONCE | {"difference": {"co2e": "1.5"}}, ["by what enters the park it would be 1.5 t less"]),
        (ONCE | {"failedMonths": [{"month": "2025-03"}]}, ["the supply of 2025-03 could not be worked out"]),
    ],
)
def test_a_park_that_cannot_be_counted_once_is_told(once: dict[str, Any] | None, told: list[str]) -> None:
    lines = summary(Answering(once), LOADED, "http://127.0.0.1:8000")
    assert "in two ways" not in lines
    assert all(text in lines for text in told)


def test_the_summary_says_where_the_report_is() -> None:
    assert "report pull" not in summary(Answering(), LOADED, "http://127.0.0.1:8000")
    shown = replace(LOADED, report=ShownReport("UmVwb3J0", "Haiyan Vaccines (demo)", "2025-01", "2025-03"))
    lines = summary(Answering(), shown, "http://127.0.0.1:8000").splitlines()
    assert lines[14:17] == [
        "Published and signed: the report of Haiyan Vaccines (demo), 2025-01 to 2025-03.",
        (
            "  Its PDF is on the first page, http://127.0.0.1:8000/; all its files, to be verified offline "
            "(./start in a checkout):"
        ),
        "  parkledger report pull UmVwb3J0 --url http://127.0.0.1:8000",
    ]
    assert msgspec.json.decode(msgspec.json.encode(shown), type=Loaded) == shown


def test_the_command_it_offers_is_a_request_the_service_can_read() -> None:
    last = summary(Answering(), LOADED, "http://127.0.0.1:8000").splitlines()[-1]
    assert last.startswith("  curl http://127.0.0.1:8000/graphql ")
    query = msgspec.json.decode(last.partition("-d '")[2].removesuffix("'"))["query"]
    assert query.startswith('{footprint(boundary:{parkId:"UGFyazox"},period:{first:"2025-01",last:"2025-12"})')


def test_the_loader_says_what_went_wrong(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", NOWHERE])
    assert process.main() == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("the demo park could not be loaded: ")


def test_a_failed_load_ends_the_service_and_is_a_failure(capfd: pytest.CaptureFixture[str]) -> None:
    stopped: list[bool] = []
    loading = Loading(1, DemoKeys(b"pepper", 1))
    loading.begin(Serving(NOWHERE, lambda: stopped.append(True)))
    loading.wait(60)
    assert stopped == [True]
    assert loading.failure == "the demo park was not loaded; the reason stands above"
    loading.end()
    assert "the demo park could not be loaded: " in capfd.readouterr().err


def test_a_load_that_is_ended_is_no_failure(capfd: pytest.CaptureFixture[str]) -> None:
    stopped: list[bool] = []
    loading = Loading(1, DemoKeys(b"pepper", 1))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        loading.begin(Serving(f"http://127.0.0.1:{silent.getsockname()[1]}", lambda: stopped.append(True)))
        loading.end()
        loading.wait(60)
    assert (stopped, loading.failure) == ([], "")
    assert capfd.readouterr().out.startswith("Parkledger is ready.")
