"""What has to be done before the web may answer, as a process of its own: `python -m ledenbrug.site.prepare`.

Every step is quick when there is nothing to do. What it writes to its output is for the person who started us.
"""

import hashlib
import io
import sys
from pathlib import Path

from ledenbrug.site import start


def prepare() -> None:
    start.django()
    from django.core.management import call_command

    from ledenbrug.site import schema, translations

    translations.compile_newer()
    call_command("check", stdout=io.StringIO())
    schema.migrate(say)
    _compare_instance()
    _collect_static_files()
    _offer_first_admin()


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def _collect_static_files() -> None:
    from django.conf import settings
    from django.core.management import call_command

    if settings.DEBUG:
        return
    found, stamp = _static_digest(), Path(settings.STATIC_ROOT) / "collected"
    if stamp.exists() and stamp.read_text(encoding="ascii") == found:
        return
    say("Collecting styles and scripts …")
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found, encoding="ascii")


def _static_digest() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            at = Path(storage.path(path)).stat()
            digest.update(f"{path} {at.st_size} {at.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _compare_instance() -> None:
    """A restored backup or a copied server starts with all connections off."""
    from ledenbrug.site.home import home
    from ledenbrug.site.instance import own_id
    from ledenbrug.sync import instance

    if not instance.recognise(own_id(home())):
        say("This database comes from elsewhere: all connections are off until somebody enables them.")


def _offer_first_admin() -> None:
    from ledenbrug.site import first_admin

    link = first_admin.link()
    if link:
        sys.stdout.write(f"Nobody can log in yet. Make the first account here, once:\n  {link}\n")


if __name__ == "__main__":
    from django.core.management.base import SystemCheckError

    from ledenbrug.site.postgres.errors import CannotStart

    try:
        prepare()
    except (CannotStart, SystemCheckError) as error:
        sys.exit(str(error))
