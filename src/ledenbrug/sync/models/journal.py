"""Every step done at a package: who or what asked, before, after, outcome. A step stands here before its call."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models import Association, User
from ledenbrug.members.tenancy import OfAssociation
from ledenbrug.sync.models.connection import Connection


class Cause(models.TextChoices):
    EDIT = "edit", _("edit")
    ENABLE = "enable", _("enabled")
    NIGHTLY = "nightly", _("nightly round")
    SETTINGS = "settings", _("settings changed")
    SYNC_NOW = "sync_now", _("sync now")
    IMPORT = "import", _("import")
    DECISION = "decision", _("decision")
    UNDO = "undo", _("undo")


class Run(models.Model):
    """One plan with one cause. Single edits are grouped per day."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    cause = models.CharField(max_length=20, choices=Cause.choices)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    day = models.DateField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    planned = models.IntegerField(default=0)
    undoes = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="undone_by")
    """The run that this one takes back. While it is not over, steps are noted although the connection is off."""
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "day"], condition=models.Q(cause="edit"), name="one_run_of_edits_a_day"
            )
        ]


class Outcome(models.TextChoices):
    NOTED = "noted", _("under way")
    DONE = "done", _("done")
    UNCHANGED = "unchanged", _("nothing to do")
    REFUSED = "refused", _("refused")
    PUT_OFF = "put_off", _("put off")
    LOST = "lost", _("no answer")
    """Nobody knows; the next look will tell."""


class Journal(models.Model):
    """One step. Values are sealed and dropped after the retention time; who, when, which fields and outcome remain."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="journal", db_index=False)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, null=True, related_name="steps", db_index=False)
    epoch = models.BigIntegerField()
    payer = models.CharField(max_length=24)
    kind = models.CharField(max_length=10)
    fields = ArrayField(models.CharField(max_length=30), default=list)
    number = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=64, blank=True)
    before = models.TextField(blank=True)  # sealed
    after = models.TextField(blank=True)  # sealed
    effects = ArrayField(models.CharField(max_length=12), default=list)
    """What counts for the brakes (`core.guard.Effect`): done without a person having seen this very step."""
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.NOTED)
    reason = models.CharField(max_length=40, blank=True)
    noted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OfAssociation()

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-id"], name="journal_newest"),
            models.Index(fields=["association", "payer", "-id"], name="journal_of_payer"),
            models.Index(fields=["run", "kind", "payer"], include=["outcome"], name="journal_of_run"),
            models.Index(fields=["connection"], condition=models.Q(outcome="noted"), name="journal_under_way"),
            models.Index(fields=["connection", "noted_at"], condition=~models.Q(effects=[]), name="journal_for_brakes"),
        ]
        verbose_name = _("journal")
        verbose_name_plural = _("journal")
