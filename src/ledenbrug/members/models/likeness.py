"""What of a member is held against others to see who is registered twice. Kept by triggers beside the record.

It must not decide who is alike: `duplicates` does. Who was deleted is not in it.
"""

import pgtrigger
from django.db import models

from ledenbrug.members.models.association import Association
from ledenbrug.members.models.member import Member
from ledenbrug.members.models.triggers import follows
from ledenbrug.members.tenancy import OfAssociation

_FROM = ("deleted_at", "email", "iban", "last_name", "given_name", "initials", "birth_date")
_KEPT = """members_likeness (member_id, association_id, email, iban, name, given, letter, birth_date)
    SELECT n.id, n.association_id, lower(n.email), n.iban,
        coalesce(members_fold(n.last_name) || to_char(n.birth_date, ' YYYY-MM-DD'), ''), members_fold(n.given_name),
        left(members_fold(coalesce(nullif(n.given_name, ''), n.initials)), 1), n.birth_date
    FROM {rows} WHERE n.deleted_at IS NULL"""
_CHANGED = "new_values n JOIN old_values o ON o.id = n.id WHERE ({now}) IS DISTINCT FROM ({was})".format(
    now=", ".join(f"n.{each}" for each in _FROM), was=", ".join(f"o.{each}" for each in _FROM)
)
_KEEP = f"""
    INSERT INTO {_KEPT.format(rows="new_values n")};
    RETURN NULL;
"""
_KEEP_CHANGED = f"""
    DELETE FROM members_likeness kept USING (SELECT n.id FROM {_CHANGED}) changed WHERE kept.member_id = changed.id;
    INSERT INTO {_KEPT.format(rows=f"(SELECT n.* FROM {_CHANGED}) n")};
    RETURN NULL;
"""  # noqa: S608 - all of it stands in this file
_DROP = """
    DELETE FROM members_likeness kept USING old_values o WHERE kept.member_id = o.id;
    RETURN NULL;
"""


def _shared(name: str) -> models.Index:
    return models.Index(
        fields=["association", name, "given"], condition=~models.Q(**{name: ""}), name=f"likeness_by_{name}"
    )


class Likeness(models.Model):
    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="likeness")
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    email = models.TextField(db_collation="C")
    iban = models.TextField(db_collation="C")
    name = models.TextField(db_collation="C")
    """Last name and date of birth; empty where either is missing."""
    given = models.TextField(db_collation="C")
    letter = models.TextField(db_collation="C")
    """The first of the given name or the initials."""
    birth_date = models.DateField(null=True)

    objects = OfAssociation()

    class Meta:
        indexes = [_shared("email"), _shared("iban"), _shared("name")]


pgtrigger.register(
    follows("keep_likeness", pgtrigger.Insert, _KEEP, new="new_values"),
    follows("keep_changed_likeness", pgtrigger.Update, _KEEP_CHANGED, old="old_values", new="new_values"),
    follows("drop_likeness", pgtrigger.Delete, _DROP, old="old_values"),
)(Member)
