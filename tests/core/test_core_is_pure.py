import json
import subprocess
import sys

SCRIPT = """
import importlib, json, pkgutil, sys
import ledenbrug.core
names = [each.name for each in pkgutil.iter_modules(ledenbrug.core.__path__, "ledenbrug.core.")]
for name in names:
    importlib.import_module(name)
print(json.dumps([names, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def test_deciding_needs_neither_django_nor_a_way_to_the_network() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    modules, loaded = json.loads(done.stdout)
    assert "ledenbrug.core.plan" in modules
    assert not {"django", "httpx2", "psycopg", "procrastinate", "socket", "sqlite3"} & set(loaded)
