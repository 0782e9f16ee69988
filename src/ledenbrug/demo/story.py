"""Tells the story once the tables are there: `python -m ledenbrug.demo.story`. A second time it adds nothing.

What it writes to its output is what a person needs to log in.
"""

import sys
from datetime import UTC, datetime

from django.conf import settings

from ledenbrug.site import start

ROLES = {
    "treasurer": "penningmeester",
    "secretary": "ledenadministratie",
    "admin": "beheerder",
    "auditor": "kascommissie",
}


def tell() -> None:
    start.django()
    from ledenbrug.demo import association, far_side, links

    now = datetime.now(UTC)
    if association.make(now=now):
        sys.stderr.write(f"Made {association.NAME}.\n")
    far_side.prepare()
    links.link_all(now=now)
    lines = [f"Log in as one of these; the password is {association.PASSWORD}"]
    lines += [f"  {email:<38}{role.value} ({ROLES[role.value]})" for email, _, role in association.USERS]
    if mail := getattr(settings, "EMAIL_FILE_PATH", None):
        lines.append(f"What it mails lies in {mail}.")
    lines += [*links.told(), "Begin as the treasurer: Integrations (Integraties) > Moneybird > Add connection.", ""]
    sys.stdout.write("\n".join(lines))


if __name__ == "__main__":
    tell()
