"""Which lists of members left the house: who took how many, which fields, by which filter. Names nobody."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class Export(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    count = models.PositiveIntegerField()
    fields = ArrayField(models.CharField(max_length=60))
    members = ArrayField(models.BigIntegerField(), default=list)
    """Who were in it, for who asks where their data went. Somebody who is erased is taken out of it."""
    chosen = models.JSONField(default=dict)
    """The filter, as the screen names it."""

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["association", "-at"], name="exports_newest")]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
