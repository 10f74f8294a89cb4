"""Messages of a real Mosquitto: acknowledged once committed, told on another topic, counted once whatever dies."""

import contextlib
import http.server
import json
import queue
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from paho.mqtt.client import Client as MqttClient
from paho.mqtt.client import MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from api.client import Client
from tests.api.test_flows import row
from tests.api.test_intervals import Metered, span
from tests.service import COMMAND, Service

BINARY = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin")
pytestmark = pytest.mark.skipif(not BINARY, reason="there is no Mosquitto here; .ci/run installs one")


class Broker:
    """A Mosquitto of the test's own that keeps its sessions in a file."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nuser root\npersistence true\n"
            f"persistence_location {folder}/\n"
        )
        self.start()

    def start(self) -> None:
        assert BINARY
        self._process = subprocess.Popen((BINARY, "-c", str(self._configuration)), stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise AssertionError("Mosquitto does not answer")

    def stop(self) -> None:
        self._process.terminate()
        assert self._process.wait(30) == 0


class Meter:
    """Publishes messages, and hears what became of them."""

    def __init__(self, broker: Broker, topic: str) -> None:
        self.topic = topic
        self._told: queue.Queue[dict[str, Any]] = queue.Queue()
        self._subscribed = threading.Event()
        self._client = MqttClient(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda client, *_: client.subscribe(f"{topic}/outcomes", 1)
        self._client.on_subscribe = lambda *_: self._subscribed.set()
        self._client.on_disconnect = lambda *_: self._subscribed.clear()
        self._client.on_message = self._heard
        self._client.reconnect_delay_set(1, 1)
        self._client.connect("127.0.0.1", broker.port)
        self._client.loop_start()
        assert self._subscribed.wait(30)

    def publish(self, payload: str | bytes | dict[str, Any]) -> None:
        content = json.dumps(payload) if isinstance(payload, dict) else payload
        assert self._subscribed.wait(30)
        self._client.publish(self.topic, content, qos=1).wait_for_publish(30)

    def told(self) -> dict[str, Any]:
        return self._told.get(timeout=60)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def _heard(self, _: MqttClient, __: Any, message: MQTTMessage) -> None:
        self._told.put(json.loads(message.payload))


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    found = Broker(tmp_path)
    yield found
    found.stop()


@pytest.fixture
def park(client: Client) -> Metered:
    return Metered(client)


@pytest.fixture
def meter(broker: Broker, park: Metered) -> Iterator[Meter]:
    found = Meter(broker, f"park/{park.tenant}/data")
    yield found
    found.close()


def started(broker: Broker, url: str, identity: str) -> "subprocess.Popen[str]":
    command = (
        *COMMAND,
        "mqtt",
        "--broker",
        broker.url,
        "--topic",
        "park/+/data",
        "--url",
        url,
        "--client-id",
        identity,
    )
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    told = process.stdout.readline()
    assert "posting the messages" in told, told
    process.stdout.close()
    return process


@contextmanager
def subscriber(broker: Broker, url: str, identity: str = "") -> Iterator["subprocess.Popen[str]"]:
    process = started(broker, url, identity or uuid4().hex)
    try:
        yield process
    finally:
        process.terminate()
        code = process.wait(30)
    assert code == 0


@contextmanager
def between(url: str, before: Callable[[], bool], after: Callable[[], None]) -> Iterator[str]:
    """Stand between subscriber and service: `before` says whether to pass on, `after` comes before the answer."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            is_write = b"mutation" in body
            passed = {name: self.headers[name] for name in ("content-type", "authorization") if name in self.headers}
            if is_write and not before():
                self.send_error(502)
                return
            answer = httpx.post(f"{url}{self.path}", content=body, headers=passed)
            if is_write:
                after()
            with contextlib.suppress(BrokenPipeError):
                self.send_response(answer.status_code)
                self.send_header("content-length", str(len(answer.content)))
                self.end_headers()
                self.wfile.write(answer.content)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_messages_are_posted_in_order_and_a_bad_one_blocks_nothing(
    broker: Broker, meter: Meter, park: Metered, service: Service
) -> None:
    series = park.add("LOAD", "kWh")
    good = {"rows": [row("a", "electricity.grid", "1.5", "MWh"), row("b", "electricity.grid", "1", "apple")]}
    with subscriber(broker, service.url):
        for payload in (
            "not json",
            good,
            {"rows": [], "tenant": "another"},
            {"rows": [{"source": "m1"}]},
            {"readings": [span(series, ["1.25", None, "2"])]},
            {"readings": [span(series, ["-1"])]},
            good,
            {"readings": [span(series, ["1.25", "4", "3"])]},
        ):
            meter.publish(payload)
        told = [meter.told() for _ in range(8)]
    assert [one["outcome"] for one in told] == [
        "REFUSED", "POSTED", "REFUSED", "REFUSED", "POSTED", "REFUSED", "POSTED", "POSTED",
    ]  # fmt: skip
    assert [told[at]["code"] for at in (0, 2, 3, 5)] == [
        "BAD_MESSAGE", "OTHER_TENANT", "BAD_USER_INPUT", "NEGATIVE_QUANTITY",
    ]  # fmt: skip
    first, again = told[1], told[6]
    assert (first["acceptedCount"], first["rejectedCount"], first["isReplay"]) == (1, 1, False)
    [refused] = first["outcomes"]
    assert (refused["row"], refused["outcome"], refused["code"]) == (1, "REJECTED", "UNKNOWN_UNIT")
    assert again == {**first, "isReplay": True}
    assert (told[4]["acceptedCount"], told[4]["outcomes"]) == (2, [])
    assert (told[7]["acceptedCount"], told[7]["duplicateCount"]) == (1, 1)
    [conflict] = told[7]["outcomes"][0]["conflicts"]
    assert (conflict["known"], conflict["given"]) == ("2", "3")
    assert [one["value"] for one in park.readings(series, first=3)["rows"]["nodes"]] == ["1.25", "4", "2"]


def test_what_dies_after_the_commit_is_counted_once(
    broker: Broker, meter: Meter, park: Metered, service: Service
) -> None:
    identity = uuid4().hex
    running: list[subprocess.Popen[str]] = []

    def killed() -> None:
        running[0].kill()
        running[0].wait(30)

    with between(service.url, lambda: True, killed) as url:
        running.append(started(broker, url, identity))
        meter.publish({"rows": [row("bill", "electricity.grid", "10", "MWh")]})
        assert running[0].wait(30) == -9
    posted = park.footprint()
    meter.publish({"rows": [row("next", "electricity.grid", "5", "MWh")]})
    with subscriber(broker, service.url, identity):
        told = [meter.told(), meter.told()]
    assert [(one["isReplay"], one["acceptedCount"]) for one in told] == [(True, 1), (False, 1)]
    [before], [now] = (
        {line["quantity"] for line in found["lines"]["nodes"] if line["method"] == "LOCATION"}
        for found in (posted, park.footprint())
    )
    assert (before, now) == ("10000", "15000")


def test_neither_a_broker_that_is_started_again_nor_a_service_that_is_away_loses_a_message(
    broker: Broker, meter: Meter, service: Service
) -> None:
    tries: list[int] = []

    def is_back() -> bool:
        tries.append(1)
        return len(tries) > 1

    with between(service.url, is_back, lambda: None) as url, subscriber(broker, url):
        meter.publish({"rows": [row("one", "electricity.grid", "1", "MWh")]})
        assert meter.told()["acceptedCount"] == 1
        assert len(tries) == 2
        broker.stop()
        broker.start()
        meter.publish({"rows": [row("two", "electricity.grid", "1", "MWh")]})
        # A broker that did not hear that the first was received sends it again, which is a replay.
        new = next(told for told in iter(meter.told, None) if not told["isReplay"])
        assert new["acceptedCount"] == 1


def test_a_broker_that_does_not_answer_is_told(service: Service) -> None:
    command = (*COMMAND, "mqtt", "--broker", "mqtt://127.0.0.1:1", "--topic", "x", "--url", service.url)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "127.0.0.1:1 does not answer" in done.stderr) == (1, True)
