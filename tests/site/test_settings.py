import json
import os
import subprocess
import sys

import pytest

SHOWN = ("ALLOWED_HOSTS", "SESSION_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS", "SECURE_HSTS_SECONDS", "LEDENBRUG_URL")


def with_environment(**more: str) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if name not in ("LEDENBRUG_DEBUG",)}
    return {**own, **more}


def settings(*names: str, **more: str) -> dict[str, object]:
    code = (
        "import json, sys; from ledenbrug.site import settings as s; "
        "print(json.dumps({n: getattr(s, n, None) for n in sys.argv[1:]}, default=str))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *names], env=with_environment(**more), capture_output=True, text=True, check=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def check(**more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ledenbrug", "check"], env=with_environment(**more), capture_output=True, text=True
    )
    return f"{done.returncode} {done.stderr}"


def test_without_any_setting_it_works_on_this_machine_only() -> None:
    assert settings(*SHOWN) == {
        "ALLOWED_HOSTS": ["127.0.0.1", "localhost", "[::1]"],
        "SESSION_COOKIE_SECURE": False,
        "CSRF_TRUSTED_ORIGINS": ["http://127.0.0.1:8000"],
        "SECURE_HSTS_SECONDS": 0,
        "LEDENBRUG_URL": "http://127.0.0.1:8000",
    }
    assert check().startswith("0 ")


def test_a_public_address_decides_hosts_and_cookies() -> None:
    assert settings(*SHOWN, LEDENBRUG_URL="https://leden.example/", LEDENBRUG_PROXIES="1") == {
        "ALLOWED_HOSTS": ["leden.example"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_TRUSTED_ORIGINS": ["https://leden.example"],
        "SECURE_HSTS_SECONDS": 2592000,
        "LEDENBRUG_URL": "https://leden.example",
    }


def test_packages_reach_us_at_an_encrypted_address_or_not_at_all() -> None:
    told = settings("ALLOWED_HOSTS", "LEDENBRUG_PUBLIC_URL", LEDENBRUG_PUBLIC_URL="https://haken.example/")
    assert told["LEDENBRUG_PUBLIC_URL"] == "https://haken.example"
    assert "haken.example" in str(told["ALLOWED_HOSTS"])
    said = "LEDENBRUG_PUBLIC_URL is not the encrypted address of a site."
    assert said in check(LEDENBRUG_PUBLIC_URL="http://leden.example")


def test_mail_goes_to_files_until_a_server_is_given() -> None:
    found = settings("EMAIL_BACKEND", "EMAIL_HOST")
    assert found == {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_HOST": None}
    names = ("EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_HOST_PASSWORD", "EMAIL_USE_TLS", "EMAIL_USE_SSL")
    found = settings(*names, LEDENBRUG_SMTP_URL="smtp://leden%40x.example:p%3Aw@mail.example:2525")
    assert list(found.values()) == ["mail.example", 2525, "leden@x.example", "p:w", True, False]


def test_the_operators_database_is_used_as_given() -> None:
    (found,) = settings(
        "DATABASES", LEDENBRUG_DATABASE_URL="postgresql://jan:x@db.example/leden?sslmode=require"
    ).values()
    assert isinstance(found, dict)
    default = found["default"]
    assert (default["HOST"], default["NAME"], default["OPTIONS"]["sslmode"]) == ("db.example", "leden", "require")


WRONG = {
    "LEDENBRUG_PORT": ("eighty", "LEDENBRUG_PORT is not a whole number"),
    "LEDENBRUG_URL": ("leden.example", "Write https://ledenbrug.example, without a path"),
    "LEDENBRUG_MODULES": ("moneybird,ledgerland", "'ledgerland', which is not a bookkeeping package"),
    "LEDENBRUG_DATABASE_URL": ("sqlite:///x", "Write postgresql://user:password@host:5432/name"),
    "LEDENBRUG_TIME_ZONE": ("Europe/Utrecht", "LEDENBRUG_TIME_ZONE is no time zone"),
    "LEDENBRUG_LOG_LEVEL": ("LOUD", "LEDENBRUG_LOG_LEVEL is none of"),
    "LEDENBRUG_SMTP_URL": ("mail.example", "Write smtp://user:password@host:587"),
}


def test_wrong_settings_are_refused_all_at_once_with_what_to_write_instead() -> None:
    answer = check(**{name: wrong for name, (wrong, _) in WRONG.items()})
    assert answer.startswith("1 ")
    assert [said for _, said in WRONG.values() if said not in answer] == []


@pytest.mark.parametrize(
    ("doubtful", "said"),
    [
        ({"LEDENBRUG_URL": "http://leden.example"}, "is not encrypted"),
        ({"LEDENBRUG_URL": "https://leden.example"}, "Set LEDENBRUG_PROXIES"),
        ({"LEDENBRUG_HOST": "0.0.0.0"}, "Set LEDENBRUG_URL"),
    ],
)
def test_a_doubtful_setting_is_a_warning(doubtful: dict[str, str], said: str) -> None:
    answer = check(**doubtful)
    assert answer.startswith("0 ")
    assert said in answer
