"""The verifier of reports runs where there is no server: one library, no network; and others come to the same."""

import base64
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.errors import BadSignatureError
from joserfc.jwk import OKPKey

from reports.signed_reports import PURPOSE
from tests.reports.signing import Publication, key, published

ROOT = Path(__file__).parents[2]
GUARD = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        raise AssertionError(f"the verifier asked for the network: {event}")
sys.addaudithook(refuse)
"""
LOADED = """
import json, sys
before = set(sys.modules)
import reports.{module}
print(json.dumps(sorted({name.partition(".")[0] for name in set(sys.modules) - before})))
"""
COMMAND = """
import sys
from api.cli.main import main
sys.argv = ["parkledger", *sys.argv[1:]]
main()
"""


@pytest.fixture(scope="module")
def made() -> Publication:
    return published()


@pytest.fixture
def folder(made: Publication, tmp_path: Path) -> Path:
    (tmp_path / "report.signed.json").write_bytes(made.file)
    (tmp_path / "key.txt").write_text(f"{key().public}\n")
    return tmp_path


def alone(script: str, *arguments: str, guard: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own without network: without its interfaces where that is allowed."""
    code = f"{GUARD if guard else ''}\nimport sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"
    command = [*_without_network(), sys.executable, "-I", "-c", code, *arguments]
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "PARKLEDGER_DATA": "/nonexistent"}
    return subprocess.run(command, capture_output=True, text=True, env=env, check=False)


def _without_network() -> list[str]:
    command = ["unshare", "-n", "true"]
    allowed = shutil.which("unshare") and subprocess.run(command, capture_output=True, check=False).returncode == 0
    return ["unshare", "-n"] if allowed else []


@pytest.mark.parametrize(("module", "more"), [("verifying", set()), ("packs.verifying", {"accounting"})])
def test_importing_it_loads_one_library_and_none_of_the_server(module: str, more: set[str]) -> None:
    done = alone(LOADED.replace("{module}", module), guard=False)
    loaded = set(json.loads(done.stdout)) - set(sys.stdlib_module_names)
    assert {name for name in loaded if not name.startswith("_")} == {
        "reports", "emission_factors", "proofs", "cryptography", *more,
    }  # fmt: skip


def test_a_process_that_asks_for_the_network_is_seen() -> None:
    done = alone("import socket; socket.create_connection(('127.0.0.1', 9))")
    assert "the verifier asked for the network" in done.stderr


def test_the_command_verifies_without_network_and_database(folder: Path) -> None:
    file, known = str(folder / "report.signed.json"), str(folder / "key.txt")
    done = alone(COMMAND, "verify", file, "--key", known)
    assert (done.returncode, done.stderr) == (0, "")
    assert "v1 HOLDS." in done.stdout
    assert "✓ The report is signed by ledger.example.org+" in done.stdout


def test_the_command_fails_after_one_changed_byte(folder: Path, made: Publication) -> None:
    data = bytearray(made.file)
    data[data.index(b'"7.25"') + 1] = ord("8")
    (folder / "changed.json").write_bytes(data)
    done = alone(COMMAND, "verify", "--key", str(key().public), "--language", "zh", str(folder / "changed.json"))
    assert (done.returncode, done.stdout) == (1, "")
    assert "不成立。" in done.stderr
    assert "✗ 报告的签名不被接受：the signature of ledger.example.org+" in done.stderr


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated:joserfc.errors.SecurityWarning")  # 0023 says why not Ed25519
def test_joserfc_accepts_the_signature_and_refuses_another_document(made: Publication) -> None:
    encoded = base64.urlsafe_b64encode(key().public.raw).rstrip(b"=").decode()
    known = OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": encoded})
    header, signature = made.signature.split("..")
    registry = jws.JWSRegistry(algorithms=["EdDSA"], strict_check_header=False)  # `iat` is a claim to it

    def text(document: bytes) -> str:
        return f"{header}.{base64.urlsafe_b64encode(document).rstrip(b'=').decode()}.{signature}"

    found = jws.deserialize_compact(text(made.document), known, registry=registry)
    assert (found.payload, found.headers()["typ"]) == (made.document, PURPOSE)
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(text(made.document.replace(b"7.25", b"8.25")), known, registry=registry)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
def test_openssl_accepts_signature_and_head(made: Publication, tmp_path: Path) -> None:
    der = bytes.fromhex("302a300506032b6570032100") + key().public.raw
    (tmp_path / "key.der").write_bytes(der)
    header, signature = made.signature.split("..")
    payload = base64.urlsafe_b64encode(made.document).rstrip(b"=")
    signed = base64.urlsafe_b64decode(f"{signature}==")
    text, _, line = made.proofs[0].after.partition(b"\n\n")
    head = base64.b64decode(line.split()[-1])[4:]
    assert _openssl(tmp_path, header.encode() + b"." + payload, signed)
    assert _openssl(tmp_path, text + b"\n", head)
    assert not _openssl(tmp_path, header.encode() + b"." + payload + b"A", signed)


def _openssl(folder: Path, message: bytes, signature: bytes) -> bool:
    (folder / "message").write_bytes(message)
    (folder / "signature").write_bytes(signature)
    command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.der", "-keyform", "DER", "-rawin"]
    command += ["-in", "message", "-sigfile", "signature"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 0
