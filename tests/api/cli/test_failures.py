"""What a user is told where a command cannot go on: one line, without a traceback, and never a secret."""

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.cli import main
from api.cli.failures import is_expected, said
from api.client import KEY_VARIABLE, Client, ServiceError, UnusableKey, authorization
from api.settings import Settings

NOWHERE = "http://127.0.0.1:1"
HEADER = "source,external_id,activity_type,quantity,unit,period_start,period_end\n"


def failure_of(do: Callable[[], object]) -> Exception:
    """Return what a call raises."""
    with pytest.raises(Exception) as caught:  # noqa: PT011  whatever it is, it is looked at
        do()
    return caught.value


def asked(url: str) -> Callable[[], object]:
    return lambda: Client(url, timeout_s=5, key="").ask("{ __typename }")


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (asked(NOWHERE), f"{NOWHERE} does not answer ("),
        (asked("127.0.0.1:8000"), "--url is no address of a service, which begins with http:// or https:// ("),
        (asked("http://127.0.0.1:port"), "--url is no address of a service, which begins with http:// or https:// ("),
        (lambda: Settings(port=70000), "PARKLEDGER_PORT: Input should be less than or equal to 65535"),
        (
            lambda: Settings.model_validate({"webhook_ports": ["x"]}),
            "PARKLEDGER_WEBHOOK_PORTS[0]: Input should be a valid integer",
        ),
    ],
)
def test_what_the_user_can_mend_names_what_it_is(do: Callable[[], object], told: str) -> None:
    error = failure_of(do)
    assert is_expected(error)
    assert said(error).startswith(told)


def test_an_answer_that_never_ends_names_the_service() -> None:
    error = httpx.ReadTimeout("", request=httpx.Request("POST", "http://ledger:8000/graphql"))
    assert said(error) == "http://ledger:8000 broke off or did not answer in time (ReadTimeout)"


def test_what_the_service_says_is_told_and_a_bug_is_not_expected() -> None:
    assert is_expected(ServiceError("the key is revoked"))
    assert said(ServiceError("the key is revoked")) == "the key is revoked"
    assert not is_expected(ValueError("a bug"))


def test_a_setting_that_is_no_json_and_one_that_is_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKLEDGER_WEBHOOK_PORTS", "443,")
    error = failure_of(Settings)
    assert is_expected(error)
    assert "webhook_ports" in said(error)
    monkeypatch.setenv("PARKLEDGER_WEBHOOK_PORTS", "[443]")
    monkeypatch.setenv("PARKLEDGER_CONNECTIONS", "hunter2")
    assert "hunter2" not in said(failure_of(Settings))


@pytest.mark.parametrize("key", ["pk_live_\u5bc6\u94a5", "pk_live_a\nb", "pk_live_a\x7f"])
def test_a_key_that_no_header_carries_is_refused_without_being_shown(key: str) -> None:
    error = failure_of(lambda: authorization(key))
    assert isinstance(error, UnusableKey)
    assert is_expected(error)
    assert key not in said(error)
    assert said(error).startswith(f"{KEY_VARIABLE} holds characters that no key has")


def test_spaces_around_a_key_are_none_of_it() -> None:
    assert authorization(" pk_live_a\n") == {"authorization": "Bearer pk_live_a"}
    assert authorization(" ") == {}


def test_brackets_of_a_users_text_are_no_markup(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(HEADER.replace("source", "[/red]"))
    monkeypatch.setattr("sys.argv", ["parkledger", "post", str(file), "--tenant", "[/x]", "--url", NOWHERE])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    told = capsys.readouterr().err
    assert told.startswith(f"parkledger: {file} lacks the columns source; its header is [/red], external_id")
