"""The password files."""

from pathlib import Path

import pytest

from ledger.embedded import EmbeddedServer, EmbeddedServerError, is_running, start


def test_each_role_has_its_own_random_password(server: EmbeddedServer) -> None:
    owner, service = ((server.data_folder / "secrets" / name).read_text() for name in ("owner", "service"))
    assert owner != service
    assert min(len(owner), len(service)) >= 43  # 256 bits


@pytest.mark.parametrize("name", ["owner", "service"])
def test_a_missing_password_file_is_named(made_folder: Path, name: str) -> None:
    (made_folder / "secrets" / name).unlink()
    with pytest.raises(EmbeddedServerError, match=f"secrets/{name} is not. Restore the file"):
        start(made_folder)
    assert not is_running(made_folder)
