"""Makes a new association with what it cannot do without: an admin, statuses, a financial administration.

It must not be reached from a screen of an association: it makes a tenant.
"""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from ledenbrug.members import operations
from ledenbrug.members.models import Assignment, Association, Role, User

OURS = frozenset({"account", "fill-in", "health", "hooks", "language", "metrics", "settings", "start", "static"})
"""First words of our own addresses."""


@transaction.atomic
def found(name: str, *, admin: User) -> Association:
    association = Association.objects.create(name=name, slug=_free_slug(name))
    Assignment.objects.create(association=association, user=admin, role=Role.ADMIN)
    operations.add_status(association=association, name=_("Member"), by=admin)
    operations.add_status(association=association, name=_("Former member"), archived=True, by=admin)
    operations.add_status(association=association, name=_("Deceased"), deceased=True, by=admin)
    operations.add_financial_administration(association=association, by=admin, name=name)
    return association


def _free_slug(name: str) -> str:
    plain = slugify(name)[:50] or "vereniging"
    taken = OURS | set(Association.objects.filter(slug__startswith=plain).values_list("slug", flat=True))
    number, slug = 1, plain
    while slug in taken:
        number += 1
        slug = f"{plain}-{number}"
    return slug
