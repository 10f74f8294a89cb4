"""Settings, from the environment; every one has a default that works on a fresh machine."""

from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on.")
    ingest_folder: Path | None = Field(
        default=None, description="Folder where bulk files wait and results are kept; `ingest` in `data` if not set."
    )
    ingest_body_mib: int = Field(default=2048, ge=1, description="MiB of a bulk file as it is received.")
    ingest_decoded_mib: int = Field(default=8192, ge=1, description="MiB of a bulk file when unpacked.")
    ingest_ratio: int = Field(default=200, ge=2, description="Bytes that a byte of a bulk file may unpack to.")
    ingest_waiting: int = Field(default=100, ge=1, description="Bulk files that may wait to be posted.")
    ingest_uploads: int = Field(default=8, ge=1, description="Bulk files that may be received at a time.")
    connections: int = Field(default=8, ge=1, le=100, description="Database connections of one process.")
