"""Our settings, in a file of our own that postgresql.conf includes, written anew before every start."""

from ledger.embedded.account import Account
from ledger.embedded.endpoints import Endpoint
from ledger.embedded.folders import Folders, write_private

FILE = "parkledger.conf"
INCLUDE = f"""
# Parkledger's settings, written anew at every start; your own go below this line.
include '{FILE}'
"""

FIXED: dict[str, str] = {
    # What is acknowledged is on disk.
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # A small machine shared with others; short queries, for which compiling them only costs.
    "shared_buffers": "256MB",
    "max_connections": "50",
    "jit": "off",
    # The same answers wherever it runs.
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    # One file a weekday, overwritten a week later.
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "cluster_name": "parkledger",
}


def write(folders: Folders, endpoint: Endpoint, account: Account) -> None:
    """Write the settings for the next start."""
    listening = {"port": str(endpoint.port), "listen_addresses": endpoint.host, "unix_socket_directories": ""}
    if endpoint.is_socket:
        listening |= {"listen_addresses": "", "unix_socket_directories": f'"{endpoint.host}"'}
    settings = FIXED | listening | {"log_directory": folders.log.as_posix()}
    text = "".join(f"{name} = '{_escaped(value)}'\n" for name, value in settings.items())
    write_private(folders.cluster / FILE, text, account)


def _escaped(value: str) -> str:
    return value.replace("'", "''")
