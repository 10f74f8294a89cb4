"""An evidence pack verified offline: its files, its report, its histories, and what was posted against these.

    verdict = verify_pack(OpenedPack(path), [read_public_key(line)])
    verdict.holds, verdict.told()

Whoever changes a row can make sums and manifest again, but no event under a signed head: each posting is compared with
the digest that its event has, and the factors with the release that the report names. Nothing is raised: what is wrong
is a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from accounting.management.validity import last_day
from proofs.canonical import Json, read_canonical
from proofs.checkpoints import stated_checkpoint
from proofs.errors import BadNote, NotCanonical
from proofs.keys import PublicKey
from proofs.log_verification import verify_log
from proofs.rotations import Tenure, stated_rotation, tenures_with
from proofs.verdicts import Verdict
from reports.packs.manifests import FORMAT, FORMAT_WITHOUT_DIGESTS, MANIFEST
from reports.packs.opened import UNREADABLE, BadPack, OpenedPack
from reports.packs.pack_findings import PackFinding, PackFindingKind, PackVerdict, finding
from reports.packs.sealed_batches import SealedHistory, sealed_history
from reports.packs.verifying_factors import verify_factors
from reports.packs.verifying_rows import INTERVALS, ROWS, Said, verify_rows
from reports.packs.verifying_sheets import SERIES, verify_sheets
from reports.reading import BadDocument, read_document
from reports.signed_reports import MAX_BYTES, BadSignedReport, HistoryProof, SignedReport, read_signed_report
from reports.verifying import verify_report

SIGNED: Final = ".signed.json"
"""What the path of a signed report ends with."""
_MOST_NOTE: Final = 1_000_000
_MOST_MANIFEST: Final = 64_000_000
_YEARS: Final = (1900, 2200)
"""Between which the months of a report lie, so that days before and after them are days."""
_MEMBERS: Final = {FORMAT: ["files", "format", "leftOut", "partial", "report"]}
_MEMBERS_OLD: Final = {FORMAT_WITHOUT_DIGESTS: ["files", "format", "leftOut", "report"]}


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says: its form, the SHA-256 of the document, files by path with hash and size, what is left
    out, and the postings that are not there whole.
    """

    form: str
    report: str
    files: Mapping[str, tuple[str, int]]
    left_out: Sequence[str]
    partial: Sequence[str]


def verify_pack(pack: OpenedPack, trusted: Sequence[PublicKey], kept: Sequence[bytes] = ()) -> PackVerdict:
    """Check a pack and return what was found.

    `trusted` are keys that were handed over another way, `kept` signed heads that were kept outside the service.
    """
    try:
        manifest = _manifest(pack)
        path = _signed_path(pack)
        data = pack.read(path, MAX_BYTES)
        report = read_signed_report(data)
        said = _said(report, manifest)
        earlier = [pack.read(name, MAX_BYTES) for name in pack.names if name.startswith("editions/")]
    except (BadPack, BadSignedReport, BadDocument) as error:
        return PackVerdict((finding(PackFindingKind.UNREADABLE, reason=str(error)),))
    findings = [*_files(pack, manifest, report)]
    verdict = verify_report(data, trusted, earlier, kept)
    histories: list[Verdict] = []
    sealed = dict[str, SealedHistory]()
    for proof in report.proofs:
        tenant = proof.origin.rpartition("/")[2]
        found, told = _history(pack, tenant, proof, report, trusted, kept)
        findings += told
        if found is not None:
            histories.append(found[0])
            sealed |= {tenant: found[1]} if found[0].holds else {}
    findings += _rows(pack, report, manifest, said, sealed)
    findings += verify_factors(pack, report.document)
    return PackVerdict(tuple(findings), verdict, tuple(histories))


def _manifest(pack: OpenedPack) -> Manifest:
    try:
        told = read_canonical(pack.read(MANIFEST, _MOST_MANIFEST))
    except NotCanonical as error:
        raise BadPack(f"{MANIFEST} is no canonical JSON: {error}") from None
    form = told.get("format") if isinstance(told, dict) else None
    if not isinstance(told, dict) or sorted(told) != (_MEMBERS | _MEMBERS_OLD).get(str(form)):
        accepted = f"{FORMAT} and {FORMAT_WITHOUT_DIGESTS}"
        raise BadPack(f"{MANIFEST} is of the form {form!r} or has other members than it; accepted are {accepted}")
    return Manifest(
        str(form), str(told["report"]), _measured(told["files"]), _texts(told, "leftOut"), _texts(told, "partial")
    )


def _measured(files: Json) -> dict[str, tuple[str, int]]:
    found = {}
    for path, one in files.items() if isinstance(files, dict) else [("files", files)]:
        digest, size = (one.get("sha256"), one.get("size")) if isinstance(one, dict) else (None, None)
        if not isinstance(digest, str) or not isinstance(size, int):
            raise BadPack(f"{MANIFEST} has {one!r:.80} as {path}; accepted is an object with SHA-256 and size")
        found[path] = (digest, size)
    return found


def _texts(told: Mapping[str, Json], name: str) -> list[str]:
    found = told.get(name, [])
    if not isinstance(found, list):
        raise BadPack(f"{MANIFEST} has {found!r:.80} as {name}; accepted is a list")
    return [str(one) for one in found]


def _signed_path(pack: OpenedPack) -> str:
    found = [name for name in pack.names if name.startswith("report/") and name.endswith(SIGNED)]
    if len(found) != 1:
        raise BadPack(f"report/ has {len(found)} files that end with {SIGNED}; accepted is one")
    return found[0]


def _said(report: SignedReport, manifest: Manifest) -> Said:
    document = read_document(report.document)
    try:
        known_at = datetime.fromisoformat(document.rests.known_at)
    except ValueError:
        raise BadPack(f"the report is known at {document.rests.known_at!r}, which is no instant") from None
    if not _YEARS[0] <= document.first_month.year <= document.last_month.year < _YEARS[1]:
        raise BadPack(f"the report is of {document.first_month} to {document.last_month}, which are no months of ours")
    if known_at.tzinfo is None:
        raise BadPack(f"the report is known at {document.rests.known_at!r}, without its offset")
    return Said(document.first_month, last_day(document.last_month), known_at, frozenset(manifest.partial))


def _files(pack: OpenedPack, manifest: Manifest, report: SignedReport) -> Iterator[PackFinding]:
    """Compare every file with the manifest, and the manifest with the report."""
    faults = []
    for path, (digest, size) in sorted(manifest.files.items()):
        try:
            found = pack.measured(path, size)
        except BadPack as error:
            faults.append((path, str(error)))
            continue
        if found != (digest, size):
            faults.append((path, f"it has the SHA-256 {found[0]} and {found[1]} bytes; {MANIFEST} has another"))
    faults += [(path, f"{MANIFEST} does not name it") for path in pack.names if path not in {*manifest.files, MANIFEST}]
    document = sha256(report.document).hexdigest()
    if document != manifest.report:
        faults.append((MANIFEST, f"it is of the report {manifest.report}; the one here has the SHA-256 {document}"))
    for path, reason in faults:
        yield finding(PackFindingKind.BAD_FILE, file=path, reason=reason)
    if not faults:
        yield finding(PackFindingKind.FILES_HOLD, count=len(manifest.files))
    for what in manifest.left_out:
        yield finding(PackFindingKind.LEFT_OUT, what=what)


def _history(
    pack: OpenedPack, tenant: str, proof: HistoryProof, report: SignedReport, trusted: Sequence[PublicKey],
    kept: Sequence[bytes],
) -> tuple[tuple[Verdict, SealedHistory] | None, list[PackFinding]]:  # fmt: skip
    """Verify a history; return the verdict and what it says of postings, and what else was found."""
    events, checkpoint = f"history/{tenant}/history.ndjson", f"history/{tenant}/checkpoint.txt"
    if events not in pack.names:
        return None, [finding(PackFindingKind.NO_HISTORY, tenant=tenant)]
    try:
        if pack.read(checkpoint, _MOST_NOTE) != proof.after:
            raise BadPack("it is not the head that the report's own file ends with")
        heads = [proof.after, *(note for note in kept if _origin(note) == proof.origin)]
        with pack.open(events) as lines:
            verdict = verify_log(lines, heads, proof.origin, _tenures(proof.origin, report, trusted))
        if not verdict.holds:
            return (verdict, SealedHistory()), []
        with pack.open(events) as lines:
            found = sealed_history(lines)
    except (BadPack, BadNote, *UNREADABLE) as error:
        return None, [finding(PackFindingKind.BAD_FILE, file=checkpoint, reason=str(error))]
    size = stated_checkpoint(proof.after).size
    return (verdict, found), [finding(PackFindingKind.HISTORY_FITS, tenant=tenant, size=size)]


def _tenures(origin: str, report: SignedReport, trusted: Sequence[PublicKey]) -> tuple[Tenure, ...]:
    """Return who may sign which heads, by every trusted key that signs this history. Raises `BadNote`."""
    rotations = [note for note in report.rotations if stated_rotation(note).origin == origin]
    found: dict[Tenure, None] = {}
    faults = []
    for key in trusted:
        try:
            found |= dict.fromkeys(tenures_with(origin, key, rotations))
        except BadNote as error:
            faults.append(error)
    if not found:
        raise faults[0] if faults else BadNote("no key is trusted")
    return tuple(found)


def _origin(note: bytes) -> str:
    try:
        return stated_checkpoint(note).origin
    except BadNote:
        return ""


def _rows(
    pack: OpenedPack, report: SignedReport, manifest: Manifest, said: Said, sealed: Mapping[str, SealedHistory]
) -> Iterator[PackFinding]:
    """Compare what was posted with the histories that hold; say of the others that it was not."""
    rested = {proof.origin.rpartition("/")[2] for proof in report.proofs}
    damaged = {one for one in rested if f"history/{one}/history.ndjson" in pack.names} - sealed.keys()
    for path in pack.names:
        folder, _, name = path.partition("/")
        if folder in ("rows", "intervals", "history") and path != SERIES and _tenant(name) not in rested:
            yield finding(PackFindingKind.BAD_FILE, file=path, reason="the report rests on no history of this name")
    if manifest.form == FORMAT_WITHOUT_DIGESTS:
        yield finding(PackFindingKind.OLD_FORM, form=manifest.form)
        return
    for tenant in sorted(rested):
        paths = [f"{sheet.folder}/{tenant}.csv" for sheet in (ROWS, INTERVALS)]
        if tenant in sealed:
            yield from verify_rows(pack, ROWS, tenant, sealed[tenant], said)
            if paths[1] in pack.names or sealed[tenant].has_series(said.known_at):
                yield from verify_rows(pack, INTERVALS, tenant, sealed[tenant], said)
            continue
        for path in (path for path in paths if path in pack.names):
            if tenant in damaged:
                reason = "the history of its tenant does not hold"
                yield finding(PackFindingKind.NOT_COMPARED, file=path, reason=reason)
            else:
                reason = f"history/{tenant} is not there, without which nobody knows whether its rows were changed"
                yield finding(PackFindingKind.BAD_FILE, file=path, reason=reason)
    yield from verify_sheets(pack, sealed, damaged)


def _tenant(name: str) -> str:
    return name.partition("/")[0].removesuffix(".csv").removesuffix("-beside")
