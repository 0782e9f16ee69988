"""What every test run needs before Django reads its settings: a home of its own, one database server for all workers.

It must not hold fixtures of a single area; those stand beside their tests.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import django
import hypothesis
import pytest
from pytest_django import DjangoDbBlocker

KEPT = ("LEDENBRUG_POSTGRES", "LEDENBRUG_CHROMIUM", "LEDENBRUG_MONEYBIRD_OPENAPI", "LEDENBRUG_EXACT_ONLINE_REFERENCE")
IS_WORKER = "PYTEST_XDIST_WORKER" in os.environ
if not IS_WORKER:
    for name in [name for name in os.environ if name.startswith("LEDENBRUG_")]:
        if name not in KEPT:
            del os.environ[name]
    os.environ["LEDENBRUG_HOME"] = tempfile.mkdtemp(prefix="ledenbrug-test-")
    os.environ["LEDENBRUG_DEBUG"] = "1"  # static files as they lie in the source, not collected first
    os.environ["DJANGO_SETTINGS_MODULE"] = "ledenbrug.site.settings"
HOME = Path(os.environ["LEDENBRUG_HOME"])
QUEUE = ("periodic_defers", "jobs", "workers")
pytest.register_assert_rewrite("tests.members.choir")  # fixtures of some files, which import it for more than these

from ledenbrug.site import keys, translations  # noqa: E402
from ledenbrug.site.postgres.address import Address  # noqa: E402
from ledenbrug.site.postgres.supervisor import running  # noqa: E402

if not IS_WORKER:
    HOME.chmod(0o711)  # the server's account passes through when root runs the tests
    keys.ensure(keys.folder())
django.setup()  # before the fixtures beside the tests are read, which name models
in_use = ExitStack()
hypothesis.settings.register_profile("steady", derandomize=True, database=None, deadline=None)
hypothesis.settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    if not IS_WORKER:
        translations.compile_newer()
        if config.getoption("numprocesses", None):
            in_use.enter_context(running(HOME, durable=False))  # this process outlives its workers
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_unconfigure(config: pytest.Config) -> None:
    if not IS_WORKER:
        in_use.close()
        shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Address]:
    """The PostgreSQL of this test run."""
    with running(HOME, durable=False) as address:
        yield address


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, server: Address) -> None:
    from django.db import connections

    found = {"HOST": server.host, "PORT": str(server.port), "USER": server.user, "PASSWORD": server.password}
    options = connections["default"].settings_dict["OPTIONS"]
    pool = {**options["pool"], "timeout": 60}  # cut sessions are opened anew, which takes a busy machine its time
    connections["default"].settings_dict.update(found | {"OPTIONS": {**options, "pool": pool}})


@pytest.fixture(autouse=True)
def queue_ends_with_its_test(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a test committed is emptied after it, but for the queue: Django does not know its tables as ours."""
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits or {"transactional_db", "live_server"} & {*request.fixturenames}:
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("".join(f"DELETE FROM procrastinate_{each};" for each in QUEUE))


@pytest.fixture(autouse=True)
def nobody_asked_before() -> None:
    """How often somebody asks is counted in the cache of the process, whatever test they belong to."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture
def process_environment(server: Address, transactional_db: None) -> dict[str, str]:
    """The environment in which a `ledenbrug` process sees the same database and keys as the test."""
    from dataclasses import replace

    from django.db import connection

    here = replace(server, name=connection.settings_dict["NAME"])
    return {**os.environ, "LEDENBRUG_DATABASE_URL": here.url()}
