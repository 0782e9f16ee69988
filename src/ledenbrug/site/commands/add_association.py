"""Makes another association in this installation, with its first administrator: for whoever hosts several.

It must not choose a password: the printed link lets the administrator do so.
"""

import sys
from argparse import ArgumentParser

from ledenbrug.site import start
from ledenbrug.site.postgres.errors import CannotStart


def main(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="ledenbrug add-association", description="One more association in this installation.")
    parser.add_argument("name")
    parser.add_argument("email", help="of its first administrator")
    options = parser.parse_args(arguments)
    with start.database():
        start.django()
        sys.stdout.write(_made(options.name.strip(), options.email))
    return 0


def _made(name: str, email: str) -> str:
    from django.conf import settings
    from django.core.exceptions import ValidationError
    from django.core.validators import validate_email
    from django.db import transaction

    from ledenbrug.manager import people
    from ledenbrug.site import schema
    from ledenbrug.site.founding import found

    schema.ensure_same()
    try:
        validate_email(email)
    except ValidationError:
        raise CannotStart("The second word is no e-mail address.") from None
    if not 0 < len(name) <= 200:
        raise CannotStart("The name of an association has 1 to 200 characters.")
    with transaction.atomic():
        user = people.account(email)
        association = found(name, admin=user)
    way = "Logs in as before" if user.has_usable_password() else "Chooses a password within three days"
    return f"{settings.LEDENBRUG_URL}/{association.slug}/\n{way}: {people.way_in(user)}\n"
