"""Evidence packs over real HTTP: what is in one, that its own instructions verify it, and who is given one."""

import json
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from typer.testing import CliRunner

from api.cli.main import app
from api.client import KEY_VARIABLE, Client
from api.faults import Fault, Refused
from api.reports import pack_archive
from api.reports.pack_archive import Archive
from api.reports.pack_making import History, Pack
from emission_factors.releases import shipped_catalogue
from ledger.access import Access
from ledger.setup import Databases
from proofs.canonical import canonical_bytes, read_canonical
from proofs.exports import read_line
from reports.packs.factors import factor_lines
from reports.packs.opened import OpenedPack
from reports.packs.verifying import verify_pack
from reports.signed_reports import read_signed_report
from schema.global_ids import decode_uuid
from tests.api.identity.replayed import Asker, elsewhere
from tests.api.reports.packed import BILL, READING, Packed, opened, sheet
from tests.api.test_flows import row
from tests.api.test_history import sealed
from tests.managed_park import whole
from tests.published import Reported, trusted
from tests.service import Service, evidence_folder


def test_it_has_what_the_report_rests_on_and_names_it_all(there: Packed, files: dict[str, bytes]) -> None:
    tenant = str(decode_uuid(there.park.tenant, "Tenant"))
    name = "ghg_protocol-t1-2024-03-2024-03"
    hashes = [sha256(one).hexdigest() for one in (BILL, READING)]
    assert sorted(files) == sorted(
        [
            f"report/{name}-v2.signed.json",
            *(f"report/{name}-v2-{language}.{form}" for language in ("en", "zh") for form in ("pdf", "xlsx")),
            f"editions/{name}-v1.signed.json",
            *(f"history/{tenant}/{one}" for one in ("history.ndjson", "checkpoint.txt", "key.txt")),
            "tenants.csv",
            f"rows/{tenant}.csv",
            "intervals/series.csv",
            f"intervals/{tenant}.csv",
            f"intervals/{tenant}-beside.csv",
            "factors.csv",
            f"evidence/{hashes[0]}.pdf",
            f"evidence/{hashes[1]}.txt",
            "evidence/index.csv",
            "README.txt",
            "SHA256SUMS",
            "MANIFEST.json",
        ]
    )
    told: Any = read_canonical(files["MANIFEST.json"])
    listed = {
        path: {"sha256": sha256(data).hexdigest(), "size": len(data)}
        for path, data in files.items()
        if path != "MANIFEST.json"
    }
    assert told["files"] == listed
    assert (told["report"], told["leftOut"], told["partial"]) == (there.report["sha256"], [], [])
    assert files["MANIFEST.json"] == canonical_bytes(told)
    for path, report in ((f"report/{name}-v2", there.report), (f"editions/{name}-v1", there.first)):
        assert files[f"{path}.signed.json"] == there.park.pull(report, "signed.json").content
    assert files[f"report/{name}-v2-zh.pdf"] == there.park.pull(there.report, "pdf", params={"language": "zh"}).content


def test_its_history_ends_with_the_head_that_holds_the_publication(there: Packed, files: dict[str, bytes]) -> None:
    folder = f"history/{decode_uuid(there.park.tenant, 'Tenant')}"
    [proof] = read_signed_report(files["report/ghg_protocol-t1-2024-03-2024-03-v2.signed.json"]).proofs
    assert files[f"{folder}/checkpoint.txt"] == proof.after
    assert proof.publication is not None
    lines = files[f"{folder}/history.ndjson"].splitlines()
    assert read_line(lines[proof.publication.event.index]) == proof.publication.event
    assert len(lines) == int(proof.after.split(b"\n")[1])
    assert files[f"{folder}/key.txt"].decode() == f"{trusted()}\n"


def test_its_rows_are_all_versions_as_known_at_the_reports_instant(there: Packed, files: dict[str, bytes]) -> None:
    rows = sheet(files[f"rows/{decode_uuid(there.park.tenant, 'Tenant')}.csv"])
    names = ("externalId", "version", "quantity", "unit", "site", "source", "isCurrent", "reason", "adjustment")
    assert sorted(tuple(one[name] for name in names) for one in rows) == [
        ("=b", "1", "500", "L", "s1", "m1", "yes", "", ""),
        ("a", "1", "1000.50", "MWh", "s1", "m1", "no", "", ""),
        ("a", "2", "1200", "MWh", "s1", "m1", "no", "misread", ""),
        ("a", "3", "1300", "MWh", "s1", "m1", "yes", "misread", "meter factor"),
    ]
    by_version = {one["version"]: one for one in rows if one["externalId"] == "a"}
    assert by_version["3"]["activityId"] == str(decode_uuid(there.adjusted, "Activity"))
    assert by_version["3"]["supersedes"] == by_version["2"]["activityId"]
    assert by_version["1"]["actor"] != by_version["3"]["actor"]
    earlier = opened(there.get(report=there.first["id"]))
    [was] = [one for one in sheet(earlier[next(path for path in earlier if path.startswith("rows/"))])
             if (one["externalId"], one["isCurrent"]) == ("a", "yes")]  # fmt: skip
    assert was["quantity"] == "1200", "the adjustment was not known yet"


def test_its_readings_are_all_versions_as_known_at_the_reports_instant(there: Packed, files: dict[str, bytes]) -> None:
    path = f"intervals/{decode_uuid(there.park.tenant, 'Tenant')}.csv"
    [series] = sheet(files["intervals/series.csv"])
    assert (series["source"], series["role"], series["unit"], series["minutes"]) == ("load", "LOAD", "kWh", "60")
    names = ("start", "version", "value", "isCurrent", "reason", "adjustment")
    told = sheet(files[path])
    assert [one["recording"] for one in told] == sorted(one["recording"] for one in told), "by posting"
    assert sorted(tuple(one[name] for name in names) for one in told) == [
        ("2024-03-31T14:00:00Z", "1", "5", "no", "", ""),
        ("2024-03-31T14:00:00Z", "2", "6", "yes", "misread", "a bill showed it"),
        ("2024-03-31T15:00:00Z", "1", "7.5", "no", "", ""),
        ("2024-03-31T15:00:00Z", "2", "8", "yes", "a register was swapped", ""),
    ], "what begins in April is not of the month"
    assert (
        {one["seriesId"] for one in told} == {series["seriesId"]} == {str(decode_uuid(there.series, "IntervalSeries"))}
    )
    earlier = sheet(opened(there.get(report=there.first["id"]))[path])
    assert [(one["value"], one["isCurrent"]) for one in earlier] == [("5", "yes"), ("7.5", "no"), ("8", "yes")]
    [beside] = sheet(files[path.replace(".csv", "-beside.csv")])
    assert (beside["start"], beside["stored"]) == ("2024-03-31T16:00:00Z", "32.4"), "posted with them, of April"


def test_its_evidence_is_of_the_period_and_its_activities(there: Packed, files: dict[str, bytes]) -> None:
    told = sheet(files["evidence/index.csv"])
    assert [(one["about"], one["name"], one["note"]) for one in told] == [
        ("PERIOD", "账单.pdf", ""),
        ("ACTIVITY", "again.pdf", ""),
        ("ACTIVITY", "../../reading.txt", "by hand"),
    ]
    assert [files[one["path"]] for one in told] == [BILL, BILL, READING]
    assert [one["sha256"] for one in told] == [sha256(files[one["path"]]).hexdigest() for one in told]
    assert told[2]["subject"] == str(decode_uuid(there.power, "Activity"))


def test_its_factors_say_where_they_stand(files: dict[str, bytes]) -> None:
    document = json.loads(read_signed_report(files["report/ghg_protocol-t1-2024-03-2024-03-v2.signed.json"]).document)
    told = {one["factorId"]: one for one in sheet(files["factors.csv"])}
    assert set(told) == {key for line in document["lines"] for key in line["factors"]}
    catalogue = shipped_catalogue(document["rests"]["factorRelease"])
    for key, one in told.items():
        factor = catalogue.factors[key]
        assert (one["publisher"], one["document"], one["table"], one["year"], one["licence"]) == (
            factor.dataset.publisher, factor.dataset.title, factor.locator, str(factor.data_year),
            factor.dataset.licence,
        )  # fmt: skip


def test_factors_of_no_release_are_told_as_the_report_tells_them(files: dict[str, bytes]) -> None:
    document = json.loads(read_signed_report(files["report/ghg_protocol-t1-2024-03-2024-03-v2.signed.json"]).document)
    table = next(one for one in document["tables"] if one["code"].endswith("FACTORS"))
    table["rows"][0]["cells"][:3] = ["own-1", "Boiler works", "invoice 7"]
    [own] = [
        one
        for one in sheet(factor_lines(document, shipped_catalogue(document["rests"]["factorRelease"])))
        if one["origin"] == "LEDGER"
    ]
    assert (own["factorId"], own["publisher"], own["document"], own["licence"]) == (
        "own-1", "Boiler works", "invoice 7", "",
    )  # fmt: skip


def test_what_its_readme_says_verifies_all_of_it(
    files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path, data in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    text = files["README.txt"].decode().replace(" \\\n", " ")
    lines = {line.strip() for line in text.splitlines() if line.strip().startswith(("sha256sum", "parkledger"))}
    [sums] = [line for line in lines if line.startswith("sha256sum")]
    [log] = [line for line in lines if "verify log" in line]
    whole, whole_chinese = sorted((line for line in lines if "verify pack" in line), key=len)
    english, chinese = sorted(lines - {sums, log, whole, whole_chinese}, key=len)
    assert len(lines) == 6
    subprocess.run(shlex.split(sums), check=True, capture_output=True)
    assert chinese == f"{english} --language zh"
    assert whole_chinese == f"{whole} --language zh"
    for command in (whole, english, log):
        assert verified(command), command
    (tmp_path / next(path for path in files if path.endswith("-en.pdf"))).write_bytes(b"%PDF-1.7")
    assert not verified(english)
    history = next(tmp_path.glob("history/*/history.ndjson"))
    history.write_bytes(history.read_bytes().replace(b"1300", b"1301"))
    assert not verified(log)
    assert not verified(whole)
    assert subprocess.run(shlex.split(sums), check=False, capture_output=True).returncode == 1


def verified(command: str) -> bool:
    """Whether a command of the README, with the key that is trusted, ends well."""
    arguments = [str(trusted()) if one == "K" else one for one in shlex.split(command)[1:]]
    return CliRunner().invoke(app, arguments).exit_code == 0


def test_it_is_the_same_bytes_whatever_came_since(there: Packed, pack: httpx.Response) -> None:
    there.park.book(row("new", "electricity.grid", "3", "MWh", **whole("2024-05")))
    sealed(there.databases)
    again = there.get(there.park.admin)
    assert again.content == pack.content
    digest = sha256(pack.content).hexdigest()
    assert (again.headers["etag"], again.headers["content-type"]) == (f'"{digest}"', "application/zip")
    assert again.headers["content-disposition"].endswith('.zip"')
    there.auditor.headers["if-none-match"] = again.headers["etag"]
    held = there.get()
    del there.auditor.headers["if-none-match"]
    assert (held.status_code, held.content) == (304, b"")


def test_who_is_given_one(there: Packed, service: Service) -> None:
    park = there.park
    stranger = park.asker(park.add_tenant("t2")[0], "AUDITOR")
    askers = {
        "nobody": Asker(service, ""),
        "regulator": park.regulator(park.tenant),
        "contributor": park.asker(park.tenant, "CONTRIBUTOR", siteIds=[park.site]),
        "reviewer": park.reviewer,
        "stranger": stranger,
        "operator": park.operating,
    }
    told = {name: there.get(one).status_code for name, one in askers.items()}
    assert told == {
        "nobody": 401, "regulator": 403, "contributor": 403, "reviewer": 403, "stranger": 404,
        "operator": 200,
    }  # fmt: skip
    foreign, missing = there.get(stranger), there.get(stranger, elsewhere(there.report["id"]))
    assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
    assert there.get(report="nonsense").status_code == 400
    assert there.get(params={"language": "zh"}).status_code == 404
    assert there.auditor.send("GET", f"/evidence/v1/packs/{there.report['id']}").status_code == 404


def test_a_parks_pack_has_every_tenant_and_is_the_operators(
    service: Service, databases: Databases, tmp_path: Path
) -> None:
    with Client(service.url) as client:
        park = Reported(service, client)
        park.book(row("a", "electricity.grid", "1000", "MWh"))
        park.close("MONTH", "2024-03", park.operator, park.operating)
        report = park.publish(park.operating, kind="PARK", parkId=park.park)
        sealed(databases)
        path = f"/evidence/v1/packs/{report['id']}.zip"
        found = opened(park.operating.send("GET", path))
        for tenant in (park.tenant, park.operator):
            key = decode_uuid(tenant, "Tenant")
            assert {f"history/{key}/history.ndjson", f"rows/{key}.csv"} <= set(found)
        assert {one["code"] for one in sheet(found["tenants.csv"])} == {"op", "t1"}
        (tmp_path / "park.zip").write_bytes(park.operating.send("GET", path).content)
        verdict = verify_pack(OpenedPack(tmp_path / "park.zip"), [trusted()])
        assert (verdict.holds, verdict.is_compared, len(verdict.histories)) == (True, True, 2), verdict.told()
        auditor = park.asker(park.operator, "AUDITOR")
        assert [one.send("GET", path).status_code for one in (park.admin, auditor)] == [404, 404]


def test_a_history_of_a_tenant_that_the_asker_does_not_read_is_left_out_and_told(tmp_path: Path) -> None:
    read, other = (History(UUID(int=one), f"ledger/{one}", b"", ()) for one in (1, 2))
    reached: Any = SimpleNamespace(access=Access(reads=frozenset({read.tenant})))
    nothing: Any = None
    archive = Archive(tmp_path)
    pack = Pack(nothing, reached, nothing, nothing, None, archive)
    assert pack.readable([read, other]) == [read]
    assert pack.left_out == ["history/ rows/ ledger/2: of a tenant that the asker does not read"]
    archive.close()


def test_a_damaged_file_of_evidence_leaves_no_pack(there: Packed) -> None:
    folder = evidence_folder(there.databases)
    [kept] = folder.rglob(sha256(READING).hexdigest())
    kept.chmod(0o600)
    try:
        kept.write_bytes(READING.replace(b"7", b"8"))
        changed = there.get()
        kept.unlink()
        gone = there.get()
    finally:
        kept.write_bytes(READING)
    for answer in (changed, gone):
        assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (500, "DAMAGED")
    assert there.get().status_code == 200
    assert [path for path in folder.iterdir() if path.is_file()] == [], "nothing of a pack is left on the disk"


def test_many_at_once_are_made_one_after_the_other_or_told_to_wait(there: Packed, pack: httpx.Response) -> None:
    with ThreadPoolExecutor(10) as pool:
        found = [job.result() for job in [pool.submit(there.get) for _ in range(10)]]
    assert {one.status_code for one in found} <= {200, 503}
    assert {one.content for one in found if one.status_code == 200} == {pack.content}
    assert all(one.headers["retry-after"] == "2" for one in found if one.status_code == 503)
    assert there.get().status_code == 200


def test_the_command_writes_it_to_a_file(there: Packed, pack: httpx.Response, tmp_path: Path) -> None:
    def run(report: str, to: Path) -> tuple[int, str]:
        env = {KEY_VARIABLE: there.auditor.key, "COLUMNS": "300"}
        arguments = ["report", "pack", report, "--to", str(to), "--url", there.park.service.url]
        result = CliRunner().invoke(app, arguments, env=env)
        return result.exit_code, f"{result.output}{result.exception or ''}"

    file = tmp_path / "pack.zip"
    code, said = run(there.report["id"], file)
    assert (code, file.read_bytes()) == (0, pack.content), said
    code, said = run(elsewhere(there.report["id"]), tmp_path / "none.zip")
    assert (code, "404: there is no such report" in said) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["pack.zip"]


def test_a_disk_that_is_as_good_as_full_takes_no_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack_archive, "_RESERVE", 1 << 60)
    archive = Archive(tmp_path)
    with pytest.raises(Refused, match="no room") as refused:
        archive.add("a", b"1")
    assert refused.value.fault is Fault.DISK_FULL
    archive.close()
    assert list(tmp_path.iterdir()) == []
