"""Homes for the databases these tests start and kill."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site.servers import hold


@pytest.fixture(scope="module")
def used_home() -> Iterator[Path]:
    """A home whose database was made before and is not running; tests that stop what they start share it."""
    with tempfile.TemporaryDirectory(prefix="ledenbrug-") as folder:
        home = Path(folder) / "home"
        Path(folder).chmod(0o755)
        with hold(home) as holder:
            holder.end()
        yield home


@pytest.fixture
def programs(used_home: Path) -> dict[str, str]:
    """Spares a fresh home its own copy of PostgreSQL."""
    (folder,) = used_home.glob("postgres/*/*/pginstall/bin")
    return {"LEDENBRUG_POSTGRES": str(folder)}


@pytest.fixture
def fresh_home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ledenbrug-"))
    folder.chmod(0o755)
    yield folder / "home"
    shutil.rmtree(folder)
