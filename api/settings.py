"""Settings, from the environment; every one has a default that works on a fresh machine."""

from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.identity.providers import Provider


class Settings(BaseSettings):
    """What can be set. Names in the environment begin with PARKLEDGER_."""

    model_config = SettingsConfigDict(env_prefix="PARKLEDGER_", extra="ignore")

    database_url: str | None = Field(default=None, description="PostgreSQL server; the embedded one if not set.")
    owner_url: str | None = Field(
        default=None, description="The same server as the role that owns the tables; database_url if not set."
    )
    data: Path = Field(
        default_factory=lambda: user_data_path("parkledger", appauthor=False),
        description="Folder of the embedded database.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="From which level on the service logs: DEBUG, INFO, WARNING or ERROR."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    ingest_folder: Path | None = Field(
        default=None, description="Folder where bulk files wait and results are kept; `ingest` in `data` if not set."
    )
    ingest_body_mib: int = Field(default=2048, ge=1, description="MiB of a bulk file as it is received.")
    ingest_decoded_mib: int = Field(default=8192, ge=1, description="MiB of a bulk file when unpacked.")
    ingest_ratio: int = Field(default=200, ge=2, description="Bytes that a byte of a bulk file may unpack to.")
    evidence_folder: Path | None = Field(
        default=None, description="Folder where evidence files are kept; `evidence` in `data` if not set."
    )
    evidence_mib: int = Field(default=25, ge=1, le=1024, description="MiB of an evidence file.")
    ingest_waiting: int = Field(default=100, ge=1, description="Bulk files that may wait to be posted.")
    ingest_uploads: int = Field(default=8, ge=1, description="Bulk files that may be received at a time.")
    webhook_secrets: Path | None = Field(
        default=None,
        description="JSON file with the secrets that webhooks are signed with, by tenant id; none if not set.",
    )
    limit_cost: int = Field(
        default=1_000_000, ge=1, description="Points of cost a minute that a key may ask for; an address a tenth."
    )
    limit_rows: int = Field(default=6_000_000, ge=1, description="Rows a minute that a key may post.")
    limit_failures: int = Field(
        default=120, ge=1, description="Keys and tokens a minute of an address that may prove nobody."
    )
    limit_sockets: int = Field(default=100, ge=1, description="WebSockets that a key may have open.")
    limit_waiting: int = Field(default=256, ge=1, description="Postings that may wait for their turn.")
    webhook_ports: list[int] = Field(
        default=[443], description="Ports that webhooks are sent to, as JSON; of hosts inside every one."
    )
    webhook_inside: list[str] = Field(
        default_factory=list,
        description="Hosts that webhooks are sent to though their addresses are private or without TLS, as JSON: names "
        'as in the address, with a port or without, such as ["hooks.park.internal", "10.1.2.3:8080"].',
    )
    connections: int = Field(default=8, ge=1, le=100, description="Database connections of one process.")
    key_pepper: SecretStr = Field(
        default=SecretStr(""),
        description="Secret under which API keys are kept, 32 random characters or more; with the embedded database "
        "one is made and kept in `data`.",
    )
    key_pepper_file: Path | None = Field(default=None, description="File with that secret, instead of its value.")
    signing_key_file: Path | None = Field(
        default=None,
        description="File with the Ed25519 key (PKCS8 in PEM) that signs the history; with the embedded database one "
        "is made and kept in `data`.",
    )
    log_name: str = Field(
        default="parkledger",
        min_length=1,
        description="Name of the key in what it signs, best an address without its scheme, such as ledger.example.org.",
    )
    identity_providers: list[Provider] = Field(
        default_factory=list,
        description="Providers of OpenID Connect whose tokens are taken, as JSON: issuer, audience, key_set (address "
        'of the JWK set), claims (names beside sub, ["groups"] if left out).',
    )
    private_key_sets: bool = Field(
        default=False,
        description="Whether key sets are fetched from private addresses and without TLS too, as of a provider in the "
        "same network.",
    )
    showcase_key: SecretStr = Field(
        default=SecretStr(""),
        description="An API key that the pages hand to every browser that opens them, so that everybody sees what it "
        "sees; `parkledger demo` sets its operator's. For demonstrations alone.",
    )
