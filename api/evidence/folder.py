"""The folder of evidence: each file under its tenant and hash, written once and durably before anything names it.

    incoming/                    files that are being received; gone when their client or process is
    files/TENANT/ab/abcd...      files that are kept, by the SHA-256 of their content

No name in it comes from a client.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from api.ingest.spool import Received, receiving, sweep_folder
from ledger.embedded.files import sync_folder

_PIECE: Final = 1 << 20
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_TENANT: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept, of a tenant by its hash: how long it is, and when it was written, in seconds since 1970."""

    tenant: UUID
    sha256: str
    byte_count: int
    written: float


class EvidenceFolder:
    """The folder; it is made when the first file comes."""

    def __init__(self, folder: Path) -> None:
        self._incoming, self._files = folder / "incoming", folder / "files"

    def sweep(self) -> None:
        """Remove what processes that are gone were receiving."""
        sweep_folder(self._incoming)

    def received(
        self, body: AsyncIterator[bytes], most: int, stated: Mapping[str, bytes]
    ) -> AbstractAsyncContextManager[Received]:
        """Receive a file as `api.ingest.spool.receiving` does; what is not kept by the end is gone."""
        self._incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
        return receiving(self._incoming, body, most, stated)

    def path(self, tenant: UUID, sha256: str) -> Path:
        """Return where a file is kept."""
        return self._files / str(tenant) / sha256[:2] / sha256

    def keep(self, received: Received, tenant: UUID) -> None:
        """Make a received file one that is kept, durably: the file is on the disk already, its name is afterwards."""
        path = self.path(tenant, received.digest.hex())
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        received.path.chmod(0o400)
        received.path.replace(path)
        for folder in (path.parent, path.parent.parent, self._files, self._files.parent):
            sync_folder(folder)

    def kept_before(self, instant: datetime) -> Iterator[KeptFile]:
        """Yield the files that were written before an instant, by tenant. Belongs in a thread."""
        for folder in sorted(self._files.iterdir()) if self._files.is_dir() else ():
            if not _TENANT.fullmatch(folder.name):
                continue
            for path in sorted(folder.glob("*/*")):
                found = path.lstat()
                if _SHA256.fullmatch(path.name) and found.st_mtime < instant.timestamp():
                    yield KeptFile(UUID(folder.name), path.name, found.st_size, found.st_mtime)

    def remove(self, file: KeptFile) -> bool:
        """Remove a file, unless another was written in its place since; return whether it is gone. Belongs in a
        thread.
        """
        path = self.path(file.tenant, file.sha256)
        try:
            if path.lstat().st_mtime != file.written:
                return False
            path.unlink()
        except FileNotFoundError:
            return False
        sync_folder(path.parent)
        return True

    def is_whole(self, tenant: UUID, sha256: str) -> bool:
        """Whether a file is what was received, by its hash; raises `FileNotFoundError`. Belongs in a thread."""
        digest = hashlib.sha256()
        with self.path(tenant, sha256).open("rb") as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
        return digest.hexdigest() == sha256
