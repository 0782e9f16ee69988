"""Compiles the translations into what is installed: who runs it may not be who may write there."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = Path(__file__).parent / "src"


class Translations(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        sys.path.insert(0, str(SOURCE))
        from ledenbrug.site import translations

        translations.compile_newer(SOURCE)
