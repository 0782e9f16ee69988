"""The fields an association adds to its members. Their values stand in `Member.custom`, by the key given here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledenbrug.members.models.association import Association
from ledenbrug.members.tenancy import OfAssociation


class Kind(models.TextChoices):
    TEXT = "text", _("Text")
    LONG = "long", _("Long text")
    NUMBER = "number", pgettext_lazy("kind of field", "Number")
    MONEY = "money", _("Amount of money")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("Choice")


class CustomField(models.Model):
    """Its kind never changes: what is kept would no longer fit."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="custom_fields", db_index=False)
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    """A member keeps the choice itself; one that somebody has is not taken off the list."""
    order = models.PositiveIntegerField(_("order"), default=0)
    required = models.BooleanField(_("required"), default=False)
    private = models.BooleanField(_("private"), default=True)
    """Not shown to who may not see dates of birth and memos either."""
    by_members = models.BooleanField(_("members fill it in"), default=False)
    """By a personal link, in their own record."""
    archived = models.BooleanField(_("archived"), default=False)
    """On no screen and in no file; what members have in it is kept."""

    objects = OfAssociation()

    class Meta:
        ordering = ["archived", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["association", "name"], name="custom_field_name")]
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """What the field is called in the record, in forms and in history; stays when the name changes."""
        return f"c{self.pk}"
