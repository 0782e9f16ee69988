"""That it was proposed to erase former members, and what came of it. It names nobody: the list is made anew."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class ErasureProposal(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    erased = models.PositiveIntegerField(default=0)

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["association", "-at"], name="erasures_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["association"], condition=models.Q(settled_at__isnull=True), name="one_open_erasure"
            )
        ]
        verbose_name = _("proposal to erase")
        verbose_name_plural = _("proposals to erase")
