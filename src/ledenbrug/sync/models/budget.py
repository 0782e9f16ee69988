"""Requests spent per window, shared by every worker behind one address, and which notices were sent."""

from django.db import models

from ledenbrug.members.models import Association
from ledenbrug.members.tenancy import OfAssociation
from ledenbrug.sync.models.connection import Connection


class Spent(models.Model):
    """Slots handed out in one window of one limit. Lots lost in a crash stay spent."""

    scope = models.CharField(max_length=200)
    """Package, host, and the outgoing address or the administration that the limit is counted over."""
    starts_at = models.DateTimeField()
    slots = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "starts_at"], name="one_row_per_window")]


class Notified(models.Model):
    """One notice per cause, on change of state and on recovery."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    cause = models.CharField(max_length=60)
    """`stopped:<reason>` for a connection that stands still, `asks:<reason>` for questions about contacts."""
    number = models.IntegerField(default=0)
    """How many contacts it was about when it began."""
    began_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)
    over_sent_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "cause"], condition=models.Q(over_at__isnull=True), name="one_notice_per_cause"
            )
        ]
