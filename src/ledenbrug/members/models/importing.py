"""What an import would do, kept between preview and yes. Sealed, since it holds personal data, and gone in a day."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class ImportProposal(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    file_name = models.CharField(_("file"), max_length=200, blank=True)
    columns = models.JSONField(default=list)
    """Name, field and use of each column of the file."""
    fields = ArrayField(models.CharField(max_length=60), default=list)
    """The fields of members that some row would write."""
    counts = models.JSONField(default=dict)
    """Rows per verdict: new, changed, unchanged, refused."""
    created_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="import_expires")]
        verbose_name = _("import")
        verbose_name_plural = _("imports")


class Verdict(models.TextChoices):
    NEW = "new", _("new")
    CHANGED = "changed", _("changed")
    UNCHANGED = "unchanged", _("unchanged")
    REFUSED = "refused", _("refused")


class ImportPart(models.Model):
    """A few hundred rows of one verdict, in the order of the file."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    proposal = models.ForeignKey(ImportProposal, on_delete=models.CASCADE, related_name="parts")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    place = models.PositiveIntegerField()
    sealed = models.TextField()

    objects = OfAssociation()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["proposal", "verdict", "place"], name="part_once")]
