"""What we know of each contact, who must be looked at, and what waits for a person. Fingerprints, no copies."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.core.records import Whereabouts
from ledenbrug.members.models import Association, ProposedChange, User
from ledenbrug.members.tenancy import OfAssociation
from ledenbrug.sync.models.connection import Connection


class Link(models.Model):
    """Payer ↔ contact, per association, package and administration there. Outlives disable, remove, re-connect."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    package = models.CharField(max_length=40)
    administration = models.CharField(max_length=100)
    payer = models.CharField(max_length=24)
    contact = models.CharField(max_length=64, null=True, blank=True)
    number = models.CharField(max_length=60, blank=True)
    """The customer number it was created with: how a lost create is found back."""
    sent = models.JSONField(default=dict)
    """Fingerprint per field of what was last sent or found equal."""
    translation = models.IntegerField(default=0)
    source = models.BinaryField(null=True)
    """Digest of the records behind it when it was last found in step (or refused)."""
    promised = models.BinaryField(null=True)
    """Made by a load that has yet to bring what the package keeps beside it. Stamp of the bank account that the yes to
    the load was a yes to."""
    unsure = models.BooleanField(default=False)
    doubt = ArrayField(models.CharField(max_length=30), default=list)
    """While unsure: the fields that steps without an answer were writing."""
    adopted = models.BooleanField(default=False)
    several_emails = models.BooleanField(default=False)
    whereabouts = models.CharField(max_length=10, default=Whereabouts.HERE.value)
    version = models.CharField(max_length=40, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    troubles = models.PositiveSmallIntegerField(default=0)
    """Temporary troubles in a row on this payer alone."""

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["association", "package", "administration", "payer"], name="link_of_payer"),
            models.UniqueConstraint(
                fields=["association", "package", "administration", "contact"], name="link_to_contact"
            ),
        ]


class Touched(models.Model):
    """Look at this payer. Append-only; a row is deleted by exactly the id that was read."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    payer = models.CharField(max_length=24)
    urgency = models.SmallIntegerField(default=0)
    """`sync.queue.Urgency`: the highest first."""
    not_before = models.DateTimeField(null=True, blank=True)
    run = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-urgency", "id"], name="touched_in_order"),
            models.Index(fields=["connection", "payer"], name="touched_by_payer"),
        ]


class Problem(models.Model):
    """Something a person must decide or mend; one per cause."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="problems")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="problems")
    payer = models.CharField(max_length=24, blank=True)
    """Empty: the connection as a whole."""
    group = models.CharField(max_length=30, blank=True)
    """The field group concerned; empty: the contact as a whole."""
    reason = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    contact = models.CharField(max_length=64, blank=True)
    source = models.BinaryField(null=True)
    """Digest of the records that were refused: nothing is tried again while it is the same."""
    opened_at = models.DateTimeField()
    dismissed = models.BooleanField(default=False)
    """A person has seen it and wants to hear no more of it while nothing changes."""
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "payer", "group", "reason"],
                condition=models.Q(closed_at__isnull=True),
                name="one_problem_per_cause",
            )
        ]
        verbose_name = _("problem")
        verbose_name_plural = _("problems")


class Drift(models.Model):
    """A field group that somebody changed at the package, or that differed when the contact was adopted."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="drifts")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="drifts")
    group = models.CharField(max_length=30)
    theirs = models.TextField(blank=True)  # sealed; dropped within a day after it was settled
    adopted = models.BooleanField(default=False)
    """It differed from the start."""
    verdict = models.CharField(max_length=10, blank=True)
    """Empty while open; then ours, theirs or ignore."""
    proposal = models.ForeignKey(ProposedChange, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    """`theirs`, proposed to the member secretary: settled while that is open, open again after a no."""
    source = models.BinaryField(null=True)
    """Digest of ours when theirs was proposed: what the records change afterwards leads."""
    found_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "group"],
                condition=models.Q(verdict="") | models.Q(verdict="ignore"),
                name="one_drift_per_group",
            )
        ]


class Approval(models.Model):
    """A person's yes to one held step, for exactly the records it was shown with."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    payer = models.CharField(max_length=24)
    source = models.BinaryField()
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "payer", "source"], name="one_approval")]


class Reading(models.Model):
    """A page of contacts as they stood there, sealed, for a preview, a first comparison, the second pass of a load or a
    long list; thrown away within a day."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    page = models.IntegerField()
    sealed = models.TextField()  # sealed
    at = models.DateTimeField()

    objects = OfAssociation()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "page"], name="page_once")]


class StoredPreview(models.Model):
    """The last preview of a connection, sealed; thrown away within a day."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="+")
    sealed = models.TextField()  # sealed
    at = models.DateTimeField()

    objects = OfAssociation()
