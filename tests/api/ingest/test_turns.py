"""Tenants take turns, and digests are read as RFC 9530 writes them."""

from uuid import UUID, uuid4

import pytest

from api.faults import Refused
from api.ingest.requests import stated_digests
from api.ingest.worker import Turns

MANY, FEW = UUID(int=1), UUID(int=2)
EMPTY = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"


def test_a_hundred_files_of_one_tenant_do_not_keep_another_waiting() -> None:
    turns = Turns()
    first, second, third, other = (uuid4() for _ in range(4))
    for job in (first, second, third):
        turns.add(MANY, job)
    turns.add(FEW, other)
    assert len(turns) == 4
    assert [turns.next() for _ in range(5)] == [(MANY, first), (FEW, other), (MANY, second), (MANY, third), None]


def test_a_job_waits_once() -> None:
    turns = Turns()
    job = uuid4()
    turns.add(MANY, job)
    turns.add(MANY, job)
    assert len(turns) == 1


@pytest.mark.parametrize("text", ["", "  ", "md5=:AAAA:", "unixsum=:AA==:"])
def test_digests_that_prove_nothing_are_not_looked_at(text: str) -> None:
    assert stated_digests(text) == {}


def test_several_digests_are_read() -> None:
    found = stated_digests(f"md5=:AAAA:, {EMPTY};some=parameter, sha-512=:{'A' * 86}==:")
    assert found.keys() == {"sha-256", "sha-512"}
    assert found["sha-256"].hex().startswith("e3b0c44298fc1c14")
    assert found["sha-512"] == bytes(64)


@pytest.mark.parametrize(
    "text", ["sha-256", "sha-256=47DE", "sha-256=:AAAA:", "sha-256=:A:", f"{EMPTY},", "SHA-256=::"]
)
def test_what_is_no_digest_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="Content-Digest"):
        stated_digests(text)
