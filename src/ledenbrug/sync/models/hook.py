"""Where packages tell us of changes, and what they told. Ids and versions, nothing of a contact."""

from django.db import models

from ledenbrug.members.models import Association
from ledenbrug.members.tenancy import OfAssociation
from ledenbrug.sync.models.connection import Connection, Grant


class Hook(models.Model):
    """The webhook of one connection: its address holds the key, which nobody can guess."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, unique=True)
    site = models.CharField(max_length=200)
    """The public address of ours that it was registered with."""
    grant = models.ForeignKey(Grant, on_delete=models.SET_NULL, null=True, related_name="+")
    """Whose permission it was registered under."""
    remote = models.CharField(max_length=64, blank=True)
    """Its id there; empty while it is not registered."""
    secret = models.TextField(blank=True)  # sealed
    looked_at = models.DateTimeField()
    """When it was last registered, or found awake."""

    objects = OfAssociation()


class Hint(models.Model):
    """A contact that the package told of; thrown away within a day."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    contact = models.CharField(max_length=64)
    version = models.CharField(max_length=40, blank=True)
    digest = models.BinaryField()
    """Of the delivery: the same one is not listened to again."""
    at = models.DateTimeField()
    waits = models.BooleanField(default=True)
    """The contact is still to be read."""

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "digest"], name="hint_once")]
        indexes = [
            models.Index(fields=["connection", "at"], name="hint_lately"),
            models.Index(fields=["connection"], condition=models.Q(waits=True), name="hint_waits"),
        ]
