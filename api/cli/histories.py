"""`parkledger seal`, `history` and `verify`: the history is sealed, exported, handed to another key, and verified."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar
from uuid import UUID

import typer

from api.cli.failures import Failed
from api.cli.printing import err, out

if TYPE_CHECKING:
    from ledger.database import Database
    from ledger.history.verification import LedgerVerdict
    from proofs.keys import PublicKey
    from proofs.verdicts import Verdict

T = TypeVar("T")
app = typer.Typer(help="The history of every change: export it, hand it to another key.", no_args_is_help=True)
verify_app = typer.Typer(
    help="Verify a report, `verify FILE --key K`, an evidence pack, `verify pack`, or the history, `verify log`.",
    no_args_is_help=True,
)
_EVENTS: Final = "history.ndjson"
_HEAD: Final = "checkpoint.txt"
_ROTATIONS: Final = "rotation-{}.txt"
_KEY: Final = "key.txt"
TenantCode = Annotated[str, typer.Option(help="Code of the tenant; all of them if left out.")]


def seal() -> None:
    """Seal what was recorded into the history; a service that runs does it every few seconds."""
    from api.settings import Settings
    from api.signing import signing_key
    from ledger.history import sealing

    key = signing_key(Settings())
    made = _with_database(lambda database: sealing.seal_everything(database, key))
    out.print(f"{made} events sealed, signed by {key.public}")


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="Folder that takes a folder for each history.")], tenant: TenantCode = ""
) -> None:
    """Write every event, the newest signed head and the key: what `verify log --file` needs, without a database.

    The key is there for convenience. Whoever verifies compares it with one that was handed over another way.
    """
    key = _trusted_key(None)

    async def done(database: "Database") -> list[str]:
        return [await _export(database, one, key, to) for one in await _histories(database, tenant)]

    for line in _with_database(done):
        out.print(line)


@app.command()
def rotate(new: Annotated[Path, typer.Option(help="File with the new key: an Ed25519 key as PKCS8 in PEM.")]) -> None:
    """Hand every history on to another key, by statements that both keys sign and that are events themselves.

    Stop the services first; they start again with the new key as PARKLEDGER_SIGNING_KEY_FILE.
    """
    from api.settings import Settings
    from api.signing import key_of, signing_key
    from ledger.history import key_rotations

    settings = Settings()
    old, given = signing_key(settings), key_of(new, settings.log_name)
    count = _with_database(lambda database: key_rotations.rotate(database, old, given))
    out.print(f"{count} histories handed from {old.public.label} to {given.public}")


@verify_app.command()
def log(
    since: Annotated[list[Path] | None, typer.Option("--from", help="A checkpoint kept outside; repeat.")] = None,
    tenant: TenantCode = "",
    file: Annotated[Path | None, typer.Option(help="Folder of one exported history, instead of the database.")] = None,
    key: Annotated[
        str,
        typer.Option(help="Line of a key that is trusted, name+hash+base64; that of the settings if left out."),
    ] = "",
) -> None:
    """Verify the history: its events against signed heads, and in the database the ledger's rows against its events.

    Exits with 1 where anything differs, and names the first bad index. Heads kept outside prove that the history only
    grew since; without one, an end that was cut off with its heads is not seen.
    """
    kept = [read_file(path) for path in since or ()]
    if file is not None:
        verdicts: list[Verdict | LedgerVerdict] = [_of_file(file, key, kept)]
    else:
        verdicts = [*_of_database(tenant, _trusted_key(key or None), kept)]
    for verdict in verdicts:
        for line in verdict.told():
            (out if verdict.holds else err).print(line, highlight=False)
    if not all(verdict.holds for verdict in verdicts):
        raise typer.Exit(1)


def _of_file(folder: Path, key: str, kept: list[bytes]) -> "Verdict":
    from proofs.checkpoints import stated_checkpoint
    from proofs.errors import BadNote
    from proofs.log_verification import verify_log
    from proofs.rotations import tenures_with

    head = read_file(folder / _HEAD)
    known = _public(key or read_file(folder / _KEY).decode().strip())
    if not key:
        err.print(f"trusting the key beside the export: {known}. Compare it with one handed over another way.")
    rotations = [read_file(path) for path in sorted(folder.glob(_ROTATIONS.format("*")))]
    try:
        origin = stated_checkpoint(head).origin
        trusted = tenures_with(origin, known, rotations)
    except BadNote as error:
        raise Failed(str(error)) from None
    with (folder / _EVENTS).open("rb") as lines:
        return verify_log(lines, [head, *kept], origin, trusted)


def _of_database(tenant: str, key: "PublicKey", kept: list[bytes]) -> "list[LedgerVerdict]":
    from ledger.history.heads import origin_of
    from ledger.history.verification import verify_history

    by_origin = _by_origin(kept)

    async def done(database: "Database") -> "list[LedgerVerdict]":
        found = []
        for one in await _histories(database, tenant):
            async with database.snapshot() as connection:
                heads = by_origin.pop(origin_of(key.name, one), [])
                found.append(await verify_history(connection, one, key, heads))
        return found

    verdicts = _with_database(done)
    if by_origin:
        raise Failed(f"a checkpoint is of {', '.join(by_origin)}, which is no history that was verified")
    return verdicts


def _by_origin(kept: list[bytes]) -> dict[str, list[bytes]]:
    from proofs.checkpoints import stated_checkpoint
    from proofs.errors import BadNote

    found: dict[str, list[bytes]] = {}
    for note in kept:
        try:
            found.setdefault(stated_checkpoint(note).origin, []).append(note)
        except BadNote as error:
            raise Failed(f"--from is no checkpoint: {error}") from None
    return found


async def _export(database: "Database", tenant: UUID, key: "PublicKey", to: Path) -> str:
    from ledger.history.reading import all_events, newest_head, rotations_of

    folder = to / str(tenant)
    folder.mkdir(parents=True, exist_ok=True)
    async with database.snapshot() as connection:
        head = await newest_head(connection, tenant)
        if head is None:
            return f"{tenant}: nothing is sealed yet"
        with (folder / _EVENTS).open("wb") as file:
            async for one in all_events(connection, tenant):
                file.write(one.line())
        for number, note in enumerate(await rotations_of(connection, tenant)):
            (folder / _ROTATIONS.format(f"{number:04}")).write_bytes(note)
    (folder / _HEAD).write_text(head.note, encoding="utf-8", newline="")
    (folder / _KEY).write_text(f"{key}\n", encoding="utf-8")
    return f"{folder}: {head.size} events"


async def _histories(database: "Database", code: str) -> list[UUID]:
    from ledger.history.reading import histories
    from ledger.registry import tenants_where

    async with database.snapshot() as connection:
        if not code:
            return await histories(connection)
        found = await tenants_where(connection, code=code)
    if not found:
        raise Failed(f"no tenant has the code {code!r}")
    return [one.tenant_id for one in found]


def _trusted_key(line: str | None) -> "PublicKey":
    """Return the key that is named, or that of the settings."""
    from api.settings import Settings
    from api.signing import signing_key

    return _public(line) if line else signing_key(Settings()).public


def _public(line: str) -> "PublicKey":
    from proofs.errors import BadKey
    from proofs.keys import read_public_key

    try:
        return read_public_key(line)
    except BadKey as error:
        raise Failed(str(error)) from None


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that a command was given."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise Failed(f"{path} cannot be read: {error.strerror}") from None


def _with_database(do: "Callable[[Database], Awaitable[T]]") -> T:
    """Do something with the database of the settings, as the process itself."""
    from api.cli.preparing import with_database
    from api.settings import Settings

    return with_database(Settings(), do, connections=2)
