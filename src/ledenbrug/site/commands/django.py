"""Hands a command to Django, with a database where it may need one.

It must not know what the command does, beyond whether it can do without a database.
"""

from django.core.management import execute_from_command_line

from ledenbrug.site import start

WITHOUT_DATABASE = frozenset(
    {"check", "collectstatic", "diffsettings", "findstatic", "help", "makemessages", "version", "--version"}
)


def main(arguments: list[str]) -> int:
    start.use_settings()
    command = ["ledenbrug", *arguments]
    if arguments[0] in WITHOUT_DATABASE:
        execute_from_command_line(command)
        return 0
    with start.database():
        execute_from_command_line(command)
    return 0
