"""Changes made to many members at once, kept so that one press takes them back. It names nobody: history does."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class BulkKind(models.TextChoices):
    STATUS = "status", _("Status changed")
    DELETE = "delete", _("Deleted")
    IMPORT = "import", _("Imported")
    FIELD = "field", _("Field changed")


class BulkChange(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=BulkKind.choices)
    key = models.CharField(max_length=32)
    """Said with every history row of the change."""
    count = models.PositiveIntegerField(default=0)
    status = models.ForeignKey("members.MemberStatus", on_delete=models.CASCADE, null=True, related_name="+")
    start = models.DateField(null=True)
    field = models.CharField(max_length=40, blank=True)
    """Not what was written in it: that may be about a person."""
    at = models.DateTimeField()
    written_at = models.DateTimeField()
    """The transaction's time by the database's clock, which its history rows bear."""
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["association", "-at"], name="bulk_changes_newest")]
        constraints = [models.UniqueConstraint(fields=["association", "key"], name="bulk_change_key")]
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
