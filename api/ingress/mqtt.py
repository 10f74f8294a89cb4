"""A subscriber of an MQTT broker that posts what comes in, one message after the other, and forgets none.

    broker -> message waits -> posted over HTTP, committed -> told on TOPIC/outcomes -> acknowledged to the broker

QoS 1, a session that the broker keeps, and acknowledgement by hand: whoever dies in between gets the message again, and
its idempotency key makes that a replay. See docs/decisions/0025-ways-in.md.
"""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpx
import msgspec
import structlog
from paho.mqtt.client import Client as MqttClient
from paho.mqtt.client import ConnectFlags, DisconnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from api.client import ServiceError
from api.ingress.messages import INTERNAL, NotUnderstood

OUTCOMES: Final = "/outcomes"
"""What follows the topic of a message in the one that tells what became of it."""
IN_FLIGHT: Final = 100
"""Messages the broker sends before one of them is acknowledged; the others wait there."""
SESSION_S: Final = 30 * 86_400
"""Seconds the broker keeps messages for a subscriber that is away."""
WAITS_S: Final = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds between tries; the last for all that follow."""
MOST_TRIES: Final = 10
"""Tries of a message that the service fails on while it is ready otherwise."""
_PORTS: Final = {"mqtt": 1883, "mqtts": 8883}
_LOOK_EVERY_S: Final = 0.5
_TOLD_WITHIN_S: Final = 30.0

log: Final = structlog.get_logger("parkledger.mqtt")

Post = Callable[[str, bytes], dict[str, Any]]
"""Posts a message of a tenant, empty where the topic names none: see `api.ingress.messages.posted`."""


class BadBroker(Exception):
    """The broker cannot be used: what it said, and what would be accepted."""


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is, and who asks. `identity` names the session that it keeps."""

    host: str
    port: int
    is_secure: bool
    identity: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A message with the connection it came by; after another connect it comes again."""

    message: MQTTMessage
    connection: int


def broker_of(url: str, identity: str, user: str = "", password: str = "") -> Broker:
    """Return the broker of `mqtt://host:1883` or `mqtts://host:8883`; raises `BadBroker`.

    >>> broker_of("mqtts://broker.park", "ledger").port
    8883
    """
    try:
        parts: SplitResult = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadBroker(f"{url!r} is no address; accepted is mqtt://host:1883 or mqtts://host:8883") from None
    if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/") or parts.username:
        message = "accepted is mqtt://host:1883 or mqtts://host:8883, user and password in the environment"
        raise BadBroker(f"{url!r} is no broker; {message}")
    return Broker(parts.hostname, port or _PORTS[parts.scheme], parts.scheme == "mqtts", identity, user, password)


def tenant_in(topic: str, pattern: str) -> str:
    """Return the tenant's code in a topic: what stands for the first `+` of the pattern; empty where there is none.

    >>> tenant_in("park/t1/activities", "park/+/activities")
    't1'
    """
    levels = pattern.split("/")
    levels = levels[2:] if levels[0] == "$share" else levels
    return topic.split("/")[levels.index("+")] if "+" in levels else ""


class Subscriber:
    """Posts the messages of one topic pattern until it is stopped."""

    def __init__(self, broker: Broker, pattern: str, post: Post, is_ready: Callable[[], bool]) -> None:
        self._broker = broker
        self._pattern = pattern
        self._post = post
        self._is_ready = is_ready
        self._waiting: queue.SimpleQueue[_Waiting] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._subscription = threading.Event()
        self._connection = 0
        self._refused = ""
        self._client = self._made()

    def run(self, when_subscribed: Callable[[], None]) -> None:
        """Subscribe, say so once, and post what comes until `stop`; raises `BadBroker` where the broker refuses."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = IN_FLIGHT
        broker = self._broker
        try:
            self._client.connect(broker.host, broker.port, clean_start=False, properties=properties)
        except OSError as error:
            raise BadBroker(f"the broker {broker.host}:{broker.port} does not answer: {error}") from error
        self._client.loop_start()
        try:
            self._subscription.wait()
            if not self._stopping.is_set():
                when_subscribed()
            while not self._stopping.is_set():
                self._work()
        finally:
            self._client.disconnect()
            self._client.loop_stop()
        if self._refused:
            raise BadBroker(self._refused)

    def stop(self) -> None:
        """End after the message that is worked on."""
        self._stopping.set()
        self._subscription.set()

    def _made(self) -> MqttClient:
        client = MqttClient(CallbackAPIVersion.VERSION2, self._broker.identity, protocol=MQTTv5, manual_ack=True)
        if self._broker.is_secure:
            client.tls_set()
        if self._broker.user:
            client.username_pw_set(self._broker.user, self._broker.password)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_disconnect = self._disconnected
        client.on_message = self._arrived
        return client

    # Called by the client's thread, which an error in one of these would end.

    def _connected(self, client: MqttClient, _: Any, flags: ConnectFlags, reason: ReasonCode, __: Any) -> None:
        if reason.is_failure:
            self._refuse(f"the broker refuses {self._broker.identity!r}: {reason}")
            return
        self._connection += 1
        log.info("connected", session_present=flags.session_present)
        client.subscribe(self._pattern, options=SubscribeOptions(qos=1, retainHandling=1))

    def _subscribed(self, _: MqttClient, __: Any, ___: int, reasons: list[ReasonCode], ____: Any) -> None:
        if reasons[0].is_failure:
            self._refuse(f"the broker refuses a subscription of {self._pattern!r}: {reasons[0]}")
        else:
            self._subscription.set()

    def _disconnected(self, _: MqttClient, __: Any, ___: DisconnectFlags, reason: ReasonCode, ____: Any) -> None:
        log.info("disconnected", reason=str(reason))

    def _arrived(self, _: MqttClient, __: Any, message: MQTTMessage) -> None:
        self._waiting.put(_Waiting(message, self._connection))

    def _refuse(self, reason: str) -> None:
        self._refused = reason
        self.stop()

    # Called by the thread that runs.

    def _work(self) -> None:
        """Handle the next message, if one comes soon: its outcome is told before it is acknowledged."""
        try:
            waiting = self._waiting.get(timeout=_LOOK_EVERY_S)
        except queue.Empty:
            return
        message = waiting.message
        if waiting.connection != self._connection:
            return  # the broker sends it again
        if not message.topic.endswith(OUTCOMES):  # ours, where the pattern takes in everything below
            outcome = self._outcome(message)
            if outcome is None:
                return
            self._tell(message, outcome)
        if waiting.connection == self._connection:
            self._client.ack(message.mid, message.qos)

    def _outcome(self, message: MQTTMessage) -> dict[str, Any] | None:
        """Post a message until it is known what became of it; None where the subscriber is stopped before."""
        tried = 0
        while not self._stopping.is_set():
            try:
                return self._post(tenant_in(message.topic, self._pattern), bytes(message.payload))
            except NotUnderstood as error:
                log.warning("refused", topic=message.topic, code=error.code, field=error.field, message=str(error))
                return _refused(error.code, error.field, str(error))
            except (ServiceError, httpx.TransportError) as error:
                tried += 1
                log.warning("not posted yet", topic=message.topic, tried=tried, error=str(error))
                if tried >= MOST_TRIES and getattr(error, "code", "") == INTERNAL and self._is_ready():
                    log.error("given up", topic=message.topic, tried=tried, error=str(error))
                    return _refused(INTERNAL, "", f"{error} It was tried {tried} times; send the message again.")
                self._stopping.wait(WAITS_S[min(tried, len(WAITS_S)) - 1])
        return None

    def _tell(self, message: MQTTMessage, outcome: dict[str, Any]) -> None:
        """Publish an outcome, and wait for it to leave; whoever does not hear of it can post again and is told."""
        told = self._client.publish(message.topic + OUTCOMES, msgspec.json.encode(outcome), qos=1)
        try:
            told.wait_for_publish(_TOLD_WITHIN_S)
        except (RuntimeError, ValueError) as error:
            log.warning("not told", topic=message.topic, error=str(error))


def _refused(code: str, field: str, message: str) -> dict[str, Any]:
    return {"outcome": "REFUSED", "code": code, "field": field, "message": message}
