"""Puts an association into the installation whose home the environment names: `python -m tests.browser.seed …`.

make SLUG                   members, statuses, books and users, each with the password `over-het-water`
module SLUG PACKAGE on|off  what the operator does
fields SLUG                 fields of the association's own that members fill in themselves
later SLUG                  the time of the next look at the package has come
"""

import sys
from datetime import UTC, datetime

from ledenbrug.site import start

PASSWORD = "over-het-water"
# given name, infix, last name, status; the e-mail address follows from the name
MEMBERS = (
    ("Anna", "van", "Voorbeeld", "Lid"),
    ("Bram", "", "Verzonnen", "Lid"),
    ("Carice", "de", "Grap", "Lid"),
    ("Daan", "", "Droomer", "Lid"),
    ("Elif", "", "Sprookje", "Lid"),
    ("Floris", "van der", "Fantasie", "Lid"),
    ("Geertje", "", "Kladblok", "Aspirant-lid"),
    ("Hessel", "", "Testman", "Oud-lid"),
    ("Imke", "van", "Voorbeeld", "Jeugdlid"),  # Anna pays
)
FIELDS = (("Shirtmaat", "choice", ["S", "M", "L"]), ("Bijdrage", "money", []), ("Allergie", "long", []))
"""Name, kind, choices."""
STATUSES = ("Aspirant-lid", "Lid", "Jeugdlid", "Oud-lid")
FIRST_NUMBER = 1001
USERS = {"treasurer": "treasurer", "successor": "treasurer", "secretary": "secretary"}
"""Name and role; the address follows from the name."""


def make(slug: str) -> None:
    from ledenbrug.members import operations
    from ledenbrug.members.models import Assignment, Association, User

    now = datetime.now(UTC)
    association = Association.objects.create(
        slug=slug, name=f"Vereniging {slug.title()}", next_number=FIRST_NUMBER, calendar_day=now.date()
    )
    statuses = {
        name: operations.add_status(association=association, name=name, archived=name == "Oud-lid", by=None)
        for name in STATUSES
    }
    for name in ("Algemeen", "Activiteiten"):
        operations.add_financial_administration(association=association, name=name, by=None)
    for name, role in USERS.items():
        user = User.objects.create_user(f"{name}@{slug}.example", PASSWORD, name=name.title())
        Assignment.objects.create(association=association, user=user, role=role)
    members = [
        operations.add_member(
            association=association,
            values={
                "given_name": given,
                "infix": infix,
                "last_name": last,
                "email": f"{given.lower()}@{slug}.example",
                "address": f"Voorbeeldlaan {at}",
                "postcode": "1234 AB",
                "city": "Bruggerveen",
            },
            status=statuses[status],
            start=now.date().replace(month=1, day=1),
            by=None,
            now=now,
        )
        for at, (given, infix, last, status) in enumerate(MEMBERS, 1)
    ]
    operations.set_payer_member(members[-1], payer=members[0], by=None)


def module(slug: str, package: str, switch: str) -> None:
    from ledenbrug.members.models import Association

    association = Association.objects.get(slug=slug)
    association.modules_off = [] if switch == "on" else [package]
    association.save(update_fields=["modules_off"])


def fields(slug: str) -> None:
    from ledenbrug.members import operations
    from ledenbrug.members.models import Association, CustomField

    association = Association.objects.get(slug=slug)
    if CustomField.objects.of(association).exists():
        return
    for name, kind, choices in FIELDS:
        operations.add_custom_field(
            association=association, name=name, kind=kind, choices=choices, by_members=True, by=None
        )


def later(slug: str) -> None:
    from ledenbrug.sync.models import Connection

    Connection.objects.filter(association__slug=slug).exclude(check_due_at=None).update(check_due_at=datetime.now(UTC))


def main() -> None:
    what, *arguments = sys.argv[1:]
    with start.database():
        start.django()
        {"make": make, "module": module, "fields": fields, "later": later}[what](*arguments)


if __name__ == "__main__":
    main()
