"""`parkledger mqtt`: messages of an MQTT broker to a running service, until it is stopped."""

import signal
from typing import Annotated

import typer

from api.cli.failures import Failed
from api.cli.printing import out

Secret = Annotated[str, typer.Option(envvar="PARKLEDGER_MQTT_PASSWORD", help="Password for the broker.", hidden=True)]


def mqtt(
    broker: Annotated[str, typer.Option(help="Address of the broker: mqtt://host:1883, mqtts://host:8883.")],
    topic: Annotated[str, typer.Option(help="Topic pattern; the first + stands for the tenant's code or id.")],
    url: Annotated[str, typer.Option(help="Address of the service.")] = "http://127.0.0.1:8000",
    client_id: Annotated[str, typer.Option(help="Name of the session that the broker keeps.")] = "parkledger",
    user: Annotated[str, typer.Option(envvar="PARKLEDGER_MQTT_USER", help="User of the broker.")] = "",
    password: Secret = "",
) -> None:
    """Post the messages of an MQTT broker to a running service, until it is stopped with Ctrl+C.

    A message is a JSON object: rows as postActivities takes them, or readings as postIntervals does, and the tenant's
    code or id where the topic has none. It is acknowledged once it is committed; what became of it is published on
    TOPIC/outcomes. The password is PARKLEDGER_MQTT_PASSWORD. Needs the extra: pip install 'parkledger[mqtt]'.
    """
    try:
        from api.ingress.mqtt import BadBroker, Subscriber, broker_of
    except ModuleNotFoundError as error:
        raise Failed(f"{error.name} is not installed; pip install 'parkledger[mqtt]' brings it") from error
    from api import logs
    from api.client import Client
    from api.ingress.messages import posted
    from api.ingress.tenants import Tenants

    logs.configure()
    with Client(url) as client:
        tenants = Tenants(client)
        try:
            subscriber = Subscriber(
                broker_of(broker, client_id, user, password),
                topic,
                lambda tenant, payload: posted(client, tenants.find, tenant, payload),
                lambda: _is_ready(url),
            )
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: subscriber.stop())
            subscriber.run(lambda: out.print(f"posting the messages of {topic} to {url}"))
        except BadBroker as error:
            raise Failed(str(error)) from error


def _is_ready(url: str) -> bool:
    import httpx

    try:
        return httpx.get(f"{url.rstrip('/')}/readyz", timeout=10).is_success
    except httpx.TransportError:
        return False
