"""Finds the bookkeeping packages by the folders there are, for the command line and the checks.

It must not import a package: a sandbox has to start fast, and a name is enough.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "bookkeeping"


def names() -> list[str]:
    return sorted(path.parent.name for path in FOLDER.glob("*/__init__.py"))


def sandboxes() -> list[str]:
    """Packages that bring a stand-in server of their own."""
    return [name for name in names() if (FOLDER / name / "sandbox.py").exists() or (FOLDER / name / "sandbox").is_dir()]
