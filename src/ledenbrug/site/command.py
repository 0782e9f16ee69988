"""The one command, `ledenbrug`: our own words first, everything else is handed to Django.

It must stay light: nothing is imported before it is known which command was asked.
"""

import sys
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Command:
    """`module` has `main(arguments: list[str]) -> int`."""

    module: str
    says: str


COMMANDS = {
    "run": Command("ledenbrug.site.commands.run", "database, web and worker, until Ctrl-C"),
    "worker": Command("ledenbrug.site.commands.worker", "one more worker, on this machine or another"),
    "demo": Command("ledenbrug.site.commands.demo", "everything with an invented association, to look around"),
    "sandbox": Command("ledenbrug.site.commands.sandbox", "a bookkeeping package's stand-in: sandbox NAME --port P"),
    "doctor": Command("ledenbrug.site.commands.doctor", "says what is wrong with this installation, and what to do"),
    "bench": Command("ledenbrug.site.commands.bench", "measures, and prints a table"),
    "add-association": Command(
        "ledenbrug.site.commands.add_association", "one more association: add-association NAME E-MAIL"
    ),
    "backup": Command("ledenbrug.site.commands.backup", "writes the database to a file: backup FILE"),
    "restore": Command("ledenbrug.site.commands.restore", "reads it back: restore FILE"),
    "rotate-key": Command("ledenbrug.site.commands.rotate_key", "a new key for stored secrets"),
    "compile-messages": Command("ledenbrug.site.commands.compile_messages", "makes translations readable for Django"),
}


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    if not given or given[0] in ("-h", "--help"):
        sys.stdout.write(overview())
        return 0
    command = COMMANDS.get(given[0])
    if command is None:
        return _django(given)
    try:
        code: int = import_module(command.module).main(given[1:])
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _explain(error)
    return code


def overview() -> str:
    lines = [f"  {name:<18}{command.says}" for name, command in COMMANDS.items()]
    return "\n".join(
        ("ledenbrug COMMAND", "", *lines, "", "Every command of Django works too: ledenbrug migrate, …", "")
    )


def _django(arguments: list[str]) -> int:
    from ledenbrug.site.commands.django import main as pass_through

    try:
        return pass_through(arguments)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _explain(error)


def _explain(error: Exception) -> int:
    """Errors that were written for a person are said plainly; any other is a mistake of ours and shows where."""
    from ledenbrug.site.postgres.errors import CannotStart

    if not isinstance(error, CannotStart):
        raise error
    sys.stderr.write(f"{error}\n")
    return 1
