"""What somebody wrote down about a member, beside the history that the database keeps by itself."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.models.member import Member
from ledenbrug.members.tenancy import OfAssociation


class Note(models.Model):
    """Has no history of its own: what its writer takes back is gone."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField(_("note"))

    objects = OfAssociation()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["association", "at"], name="notes_by_age")]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
