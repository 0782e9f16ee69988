"""The member and who pays for one. Fields only: what may be written, and how, stands in `operations`."""

import pgtrigger
from django.db import models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Lower, LPad, Now
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association
from ledenbrug.members.models.text import (
    DROP_SEARCH_TEXT,
    KEEP_CHANGED_SEARCH_TEXT,
    KEEP_SEARCH_TEXT,
    SortKey,
)
from ledenbrug.members.models.triggers import follows
from ledenbrug.members.tenancy import OfAssociation


class Gender(models.TextChoices):
    UNKNOWN = "", _("not recorded")
    FEMALE = "f", _("female")
    MALE = "m", _("male")
    OTHER = "x", _("other")


class NameUse(models.TextChoices):
    """Which last name is shown, of somebody who has two."""

    BOTH = "", _("last name, then the second")
    FIRST = "first", _("last name alone")
    SECOND = "second", _("second last name alone")
    REVERSED = "reversed", _("second last name, then the last name")


class PayerDetails(models.Model):
    """Somebody who pays without being a member: a parent, an employer. One contact at the package."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    infix = models.CharField(_("infix"), max_length=30, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    address_extra = models.CharField(_("address, second line"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("place"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL")
    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    account_holder = models.CharField(_("account holder"), max_length=140, blank=True)

    objects = OfAssociation()

    class Meta:
        verbose_name = _("payer")
        verbose_name_plural = _("payers")

    def __str__(self) -> str:
        return self.organisation or " ".join(filter(None, (self.first_name, self.infix, self.last_name)))


_PRESENT = models.Q(deleted_at__isnull=True)
_SECOND_FIRST = models.Q(name_use__in=(NameUse.SECOND, NameUse.REVERSED)) & ~models.Q(second_last_name="")


def _by(name: str) -> Case:
    """The part of the name that stands first."""
    return Case(When(_SECOND_FIRST, then=F(f"second_{name}")), default=F(name), output_field=models.TextField())


class Member(models.Model):
    """A person. The status of today is kept by the calendar; `version` guards against overwriting unseen."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="members", db_index=False)
    number = models.CharField(_("member number"), max_length=40)
    version = models.PositiveIntegerField(db_default=1, default=1, editable=False)
    """Raised by the database at every change, also by plain SQL."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    initials = models.CharField(_("initials"), max_length=30, blank=True)
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    first_names = models.CharField(_("first names"), max_length=200, blank=True)
    nickname = models.CharField(_("nickname"), max_length=100, blank=True, default="")
    infix = models.CharField(_("infix"), max_length=30, blank=True)
    last_name = models.CharField(_("last name"), max_length=200)
    second_infix = models.CharField(_("second infix"), max_length=30, blank=True)
    second_last_name = models.CharField(_("second last name"), max_length=200, blank=True)
    name_use = models.CharField(_("name in use"), max_length=10, blank=True, default="", choices=NameUse.choices)
    gender = models.CharField(_("gender"), max_length=1, blank=True, default="", choices=Gender.choices)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)

    email = models.EmailField(_("e-mail address"), blank=True)
    invoice_email = models.EmailField(_("e-mail address for invoices"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    phone_home = models.CharField(_("phone at home"), max_length=40, blank=True)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    address_extra = models.CharField(_("address, second line"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("place"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, default="NL")

    iban = models.CharField("IBAN", max_length=34, blank=True)
    bic = models.CharField("BIC", max_length=11, blank=True)
    account_holder = models.CharField(_("account holder"), max_length=140, blank=True)

    receives_mail = models.BooleanField(_("receives mailings"), default=True)
    memo = models.TextField(_("memo"), blank=True)
    custom = models.JSONField(default=dict, blank=True)

    status = models.ForeignKey(
        "members.MemberStatus", on_delete=models.PROTECT, null=True, related_name="members", verbose_name=_("status")
    )
    """Today's; null before the first period. Written by `operations` and the calendar only."""
    since = models.DateField(null=True, editable=False)
    """The first day of the period that holds today; kept with the status."""
    payer_member = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="pays_for",
        verbose_name=_("payer"),
        db_index=False,
    )
    payer_details = models.ForeignKey(
        PayerDetails, on_delete=models.PROTECT, null=True, blank=True, related_name="pays_for", db_index=False
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        editable=False,
        db_index=False,
    )
    """The member that a double registration became part of. Such a row is deleted, and only history looks at it."""

    sort_key = models.GeneratedField(
        expression=SortKey(_by("last_name"), "given_name", "initials", _by("infix")),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["association", "number"], name="member_number"),
            models.CheckConstraint(
                name="one_payer",
                condition=models.Q(payer_member__isnull=True) | models.Q(payer_details__isnull=True),
            ),
            models.CheckConstraint(name="pays_for_itself", condition=~models.Q(payer_member=models.F("id"))),
            models.CheckConstraint(
                name="merged_is_deleted",
                condition=models.Q(merged_into__isnull=True) | models.Q(deleted_at__isnull=False),
            ),
        ]
        indexes = [  # each is written anew for everybody whom a bulk change reaches: few, and small where they can be
            models.Index(
                fields=["association", "sort_key", "id"],
                include=["status", "payer_member", "payer_details"],
                condition=_PRESENT,
                name="member_by_name",
            ),
            models.Index(fields=["association", "status"], include=["id"], condition=_PRESENT, name="member_present"),
            models.Index(
                fields=["association", "-deleted_at", "-id"],
                condition=models.Q(deleted_at__isnull=False, merged_into__isnull=True),
                name="member_deleted",
            ),
            *(
                models.Index(fields=[each], condition=models.Q((f"{each}__isnull", False)), name=f"member_by_{each}")
                for each in ("payer_member", "payer_details", "merged_into")
            ),
            models.Index(F("association"), Lower("email"), name="member_by_any_email"),
            models.Index(
                F("association"), LPad("number", 40, Value("0")), F("id"), condition=_PRESENT, name="member_by_number"
            ),
        ]
        verbose_name = _("member")
        verbose_name_plural = _("members")

    NAMED_BY = (
        "given_name", "initials", "infix", "last_name", "second_infix", "second_last_name", "name_use",
    )  # fmt: skip

    def __str__(self) -> str:
        return " ".join(filter(None, (self.given_name or self.initials, self.shown_last_name)))

    @property
    def shown_last_name(self) -> str:
        """As it goes over too, where `sync.reading` says it of many."""
        first = " ".join(filter(None, (self.infix, self.last_name)))
        second = " ".join(filter(None, (self.second_infix, self.second_last_name)))
        match self.name_use:
            case NameUse.FIRST:
                return first
            case NameUse.SECOND:
                return second or first
            case NameUse.REVERSED:
                first, second = second, first
        return "-".join(filter(None, (first, second)))


NOT_TRACKED = ("created_at", "changed_at", "since", "sort_key")
"""Follow from other fields, or are the history's own business."""

_EDITED = [
    field.name
    for field in Member._meta.concrete_fields
    if field.name not in {"id", "association", "version", *NOT_TRACKED}
]

_ISSUE = """
    INSERT INTO members_issuednumber AS issued (association_id, number, holder) {chosen}
        ON CONFLICT (association_id, number) DO NOTHING;
    IF EXISTS (
        SELECT 1 FROM ({chosen}) AS chosen (association_id, number, holder)
        JOIN members_issuednumber issued USING (association_id, number) WHERE issued.holder <> chosen.holder
    ) THEN
        RAISE unique_violation USING MESSAGE = 'member number was issued before', CONSTRAINT = 'issued_once';
    END IF;
    RETURN NULL;
"""

pgtrigger.register(
    pgtrigger.Trigger(
        name="raise_version",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.AnyChange(*_EDITED),
        func="NEW.version = OLD.version + 1; NEW.changed_at = now(); RETURN NEW;",
    ),
    follows("keep_search_text", pgtrigger.Insert, KEEP_SEARCH_TEXT, new="new_values"),
    follows("keep_changed_search_text", pgtrigger.Update, KEEP_CHANGED_SEARCH_TEXT, old="old_values", new="new_values"),
    follows("drop_search_text", pgtrigger.Delete, DROP_SEARCH_TEXT, old="old_values"),
    follows(
        "issue_number_once",
        pgtrigger.Insert,
        _ISSUE.format(chosen="SELECT association_id, number, id FROM new_values"),
        new="new_values",
    ),
    follows(
        "issue_changed_number_once",
        pgtrigger.Update,
        _ISSUE.format(
            chosen="SELECT n.association_id, n.number, n.id FROM new_values n "
            "JOIN old_values o ON o.id = n.id WHERE o.number IS DISTINCT FROM n.number"
        ),
        old="old_values",
        new="new_values",
    ),
)(Member)


class SearchText(models.Model):
    """What a member who is there is found by, and what those found are sorted by.

    Beside the record, so that its index is not written where only a status changes.
    """

    member = models.OneToOneField(Member, on_delete=models.CASCADE, primary_key=True, related_name="searched")
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField()
    sort_key = models.TextField(db_collation="C")

    objects = OfAssociation()


class IssuedNumber(models.Model):
    """A member number that was given out once and never will be again, also not after erasure. Kept by a trigger."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=40)
    holder = models.BigIntegerField()
    """The row it was given to, which may be gone: that one may have it back after a typing error."""

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "number"], name="issued_once")]
