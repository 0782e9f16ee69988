"""Selections of members that people keep under a name, and the columns they want to see. They name no member."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class SavedSelection(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    query = models.TextField()
    """Filters, columns and order, as they stand in the address of the list."""
    shared = models.BooleanField(_("for everybody of the association"), default=False)

    objects = OfAssociation()

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["association", "by", "name"], name="selection_name")]
        verbose_name = _("saved selection")
        verbose_name_plural = _("saved selections")

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """Without one the usual columns are shown."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    columns = ArrayField(models.CharField(max_length=40))

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "user"], name="columns_once")]
