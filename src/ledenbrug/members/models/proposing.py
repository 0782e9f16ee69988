"""What somebody outside of the membership records knows otherwise, until the member secretary says yes or no.

Sealed, since it is a second copy of personal data; dropped as soon as it is decided. Who, when and which fields stay.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.models.member import Member, PayerDetails
from ledenbrug.members.tenancy import OfAssociation


class ProposedChange(models.Model):
    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        SUPERSEDED = "superseded", _("lapsed")
        """The record was changed after it was proposed, and leads."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, null=True, related_name="proposed")
    payer_details = models.ForeignKey(PayerDetails, on_delete=models.CASCADE, null=True, related_name="proposed")
    fields = ArrayField(models.CharField(max_length=60))
    sealed = models.TextField(blank=True)
    """What stood there when it was proposed, and what is proposed instead, per field."""
    origin = models.CharField(max_length=300)
    """Where they know it from, as the screen names it."""
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True, default=Outcome.OPEN)
    decided_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    """What the member secretary said to a no."""

    objects = OfAssociation()

    class Meta:
        indexes = [
            models.Index(fields=["association", "-id"], condition=models.Q(outcome=""), name="proposed_and_open")
        ]
        constraints = [
            models.CheckConstraint(
                name="proposed_about_one",
                condition=models.Q(member__isnull=True) ^ models.Q(payer_details__isnull=True),
            )
        ]
        verbose_name = _("proposed change")
        verbose_name_plural = _("proposed changes")

    @property
    def subject(self) -> Member | PayerDetails:
        found = self.member or self.payer_details
        assert found is not None  # the database sees to it
        return found
