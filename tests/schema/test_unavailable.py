"""An error of the database in a resolver: what says that it does not answer is told as that, all else is a bug."""

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout

from accounting.judgement import uncertainty
from ledger.pools import is_away
from schema.errors import Unavailable
from tests.schema.methods import QUERIES, executed

pytestmark = pytest.mark.anyio
AWAY = [
    psycopg.OperationalError("a secret: the server closed the connection"),
    PoolTimeout("a secret"),
    errors.DiskFull("a secret"),
    errors.TooManyConnections("a secret"),
    errors.AdminShutdown("a secret"),
    errors.CrashShutdown("a secret"),
    errors.CannotConnectNow("a secret"),
    errors.ConnectionFailure("a secret"),
]
BUGS = [
    errors.UndefinedTable("a secret"),
    errors.LockNotAvailable("a secret"),
    errors.QueryCanceled("a secret"),
    errors.PipelineAborted("a secret"),
    psycopg.InterfaceError("a secret"),
    ConnectionError("a secret"),
]


@pytest.mark.parametrize(
    ("error", "code"),
    [(error, "UNAVAILABLE") for error in AWAY] + [(error, "INTERNAL") for error in BUGS],
    ids=lambda one: type(one).__name__ if isinstance(one, Exception) else one,
)
async def test_codes(monkeypatch: pytest.MonkeyPatch, error: Exception, code: str) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.setattr(uncertainty, "percent_of_product", broken)
    result = await executed(QUERIES["uncertaintyOfProduct"], {"spreads": {"percents": ["1"]}})
    (found,) = result.errors
    assert found.extensions == {"code": code, "requestId": "test"}
    assert (found.message == Unavailable().message) == (code == "UNAVAILABLE") == is_away(error)
    assert "secret" not in str(result.errors)
