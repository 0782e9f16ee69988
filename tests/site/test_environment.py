from collections.abc import Iterator
from pathlib import Path

import pytest

from ledenbrug.site import environment


@pytest.fixture(autouse=True)
def _no_mistakes_left() -> Iterator[None]:
    before = dict(environment.mistakes)
    environment.mistakes.clear()
    yield
    environment.mistakes.clear()
    environment.mistakes.update(before)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("geheim\n")
    monkeypatch.setenv("LEDENBRUG_MONEYBIRD_CLIENT_SECRET_FILE", str(tmp_path / "secret"))
    assert environment.package_setting("moneybird", "client_secret") == "geheim"
    assert environment.mistakes == {}


def test_a_secret_file_that_cannot_be_read_is_a_mistake_and_not_an_empty_secret(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LEDENBRUG_SECRET_KEY_FILE", str(tmp_path / "absent"))
    assert environment.optional("SECRET_KEY") is None
    assert environment.mistakes["LEDENBRUG_SECRET_KEY"].why.endswith("cannot be read: No such file or directory.")


def test_a_value_and_a_file_at_once_is_a_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("a")
    monkeypatch.setenv("LEDENBRUG_SMTP_URL_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("LEDENBRUG_SMTP_URL", "smtp://geheim@mail.example")
    environment.text("SMTP_URL")
    mistake = environment.mistakes["LEDENBRUG_SMTP_URL"]
    assert "both" in mistake.why
    assert "geheim" not in repr(mistake)


@pytest.mark.parametrize("wrong", ["many", "-1", "70000", "3.5", "٣"])
def test_a_number_that_is_none_leaves_the_default_and_is_explained(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LEDENBRUG_PORT", wrong)
    assert environment.number("PORT", 8000, most=65535) == 8000
    assert environment.mistakes["LEDENBRUG_PORT"].hint == "Leave it out to use 8000."


@pytest.mark.parametrize(("said", "means"), [("1", True), ("Yes", True), ("ja", True), ("0", False), ("off", False)])
def test_a_switch_understands_how_people_say_yes_and_no(
    monkeypatch: pytest.MonkeyPatch, said: str, means: bool
) -> None:
    monkeypatch.setenv("LEDENBRUG_DEBUG", said)
    assert environment.switch("DEBUG", default=not means) is means


def test_what_is_empty_counts_as_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEDENBRUG_PORT", "")
    monkeypatch.setenv("LEDENBRUG_MODULES", " , ")
    assert environment.number("PORT", 8000) == 8000
    assert environment.words("MODULES") == ()
