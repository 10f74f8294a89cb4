"""The publishers' real files, where the workplace has them; tests that need them skip where it has not."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_factors() -> Path:
    folder = Path(os.environ.get("PARKLEDGER_SHARED", Path(__file__).parents[4] / "shared")) / "factors"
    if not folder.is_dir():
        pytest.skip("the publishers' files are not on this machine")
    return folder
