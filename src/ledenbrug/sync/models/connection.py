"""Who let us in (grant) and what goes where (connection). Tokens are sealed; nothing here speaks to a package."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models import Association, FinancialAdministration, MemberStatus, User
from ledenbrug.members.tenancy import OfAssociation


class GrantState(models.TextChoices):
    ASKED = "asked", _("asked")  # the person is at the package's page
    GIVEN = "given", _("given")  # allowed; not used by a connection yet, or in use
    WITHDRAWN = "withdrawn", _("withdrawn")


class Grant(models.Model):
    """One permission at a package: client, remote user, tokens. Several connections may point to one."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="grants")
    package = models.CharField(max_length=40)
    url = models.CharField(max_length=200)
    personal = models.BooleanField(default=False)
    client_id = models.CharField(max_length=200, blank=True)
    client_secret = models.TextField(blank=True)  # sealed
    webhook_secret = models.TextField(blank=True)  # sealed
    redirect_uri = models.CharField(max_length=300, blank=True)
    remote_user = models.CharField(max_length=200, blank=True)
    tokens = models.TextField(blank=True)  # sealed
    state = models.CharField(max_length=20, choices=GrantState.choices, default=GrantState.ASKED)
    asked_state = models.CharField(max_length=64, blank=True)
    """Digest of the `state` parameter while the person is away; emptied when it is used."""
    reconnects = models.ForeignKey("sync.Connection", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    """The connection that this grant is to replace the permission of."""
    asked_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    """When an unused grant is thrown away."""
    renewed_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["asked_state"], name="grant_by_state")]


class Connection(models.Model):
    """Financial administration ↔ administration at the package, with the statuses that go over and what goes."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="connections")
    package = models.CharField(max_length=40)
    grant = models.ForeignKey(Grant, on_delete=models.SET_NULL, null=True, blank=True, related_name="connections")
    administration = models.CharField(max_length=100)
    administration_name = models.CharField(max_length=200)
    financial_administration = models.ForeignKey(
        FinancialAdministration, on_delete=models.PROTECT, related_name="connections"
    )
    statuses = models.ManyToManyField(MemberStatus, through="sync.ConnectionStatus", related_name="+")
    groups = ArrayField(models.CharField(max_length=30))
    """The field groups that go over (`core.records.Group`)."""
    prefix = models.CharField(max_length=20, default="LID-")
    choices = models.JSONField(default=dict, blank=True)
    """The package's own settings of this connection."""
    put_back = models.BooleanField(default=False)
    """What somebody changed at the package is put back by itself."""
    archive_after_days = models.PositiveSmallIntegerField(null=True, blank=True)
    """Contacts of leavers that we made and on which nothing is open are archived so long after; null: never."""

    enabled = models.BooleanField(default=False)
    hold_until = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    waiting = models.CharField(max_length=40, blank=True)
    """Reason why the whole connection stands still (`core.reasons`), empty when it does not."""
    waiting_until = models.DateTimeField(null=True, blank=True)
    epoch = models.BigIntegerField(default=0)
    """Raised by whoever takes the connection in hand; a step noted under an older one no longer counts."""
    revision = models.IntegerField(default=1)
    """Raised when a setting changes what is sent."""
    looked_revision = models.IntegerField(default=0)
    """By which everyone was looked at last."""
    matched_at = models.DateTimeField(null=True, blank=True)
    """When the contacts that were there already were compared; null: still to do, nothing is created before."""
    doubles = models.JSONField(default=list, blank=True)
    """Contacts there that looked like one and the same when they were compared: groups of their ids, nothing else."""
    looked_at = models.DateTimeField(null=True, blank=True)
    """When everyone was looked at last."""
    round_due_at = models.DateTimeField(null=True, blank=True)
    """When everyone is to be looked at."""
    round_cause = models.CharField(max_length=20, blank=True)
    round_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    check_due_at = models.DateTimeField(null=True, blank=True)
    """When what stands at the package is to be compared with what we sent."""
    checked_at = models.DateTimeField(null=True, blank=True)
    """When it was compared last."""
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["package", "administration"],
                condition=models.Q(removed_at__isnull=True),
                name="one_connection_per_books",
            ),
            models.UniqueConstraint(
                fields=["financial_administration", "package"],
                condition=models.Q(enabled=True, removed_at__isnull=True),
                name="one_enabled_per_financial_administration",
            ),
        ]
        verbose_name = _("connection")
        verbose_name_plural = _("connections")

    def __str__(self) -> str:
        return self.administration_name


class ConnectionStatus(models.Model):
    """A member status that goes over."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    status = models.ForeignKey(MemberStatus, on_delete=models.CASCADE, related_name="+")

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "status"], name="status_once_per_connection")]


class Instance(models.Model):
    """Which installation this database belongs to; a copy or a restored backup starts with its connections off."""

    uuid = models.UUIDField()
