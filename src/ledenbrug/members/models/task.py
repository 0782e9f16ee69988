"""What a worker does to many members: what was asked, how far it is, how it ended. Gone in a day.

What may hold personal data is sealed, and goes as soon as it is over.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledenbrug.members.models.association import Association, User
from ledenbrug.members.tenancy import OfAssociation


class TaskKind(models.TextChoices):
    READ = "read", _("Reading the file")
    WRITE = "write", _("Writing the import")
    STATUS = "status", _("Changing the status")
    FIELD = "field", _("Changing a field")
    DELETE = "delete", _("Deleting members")
    UNDO = "undo", _("Undoing")
    ASK = "ask", _("Asking to fill in")


class Task(models.Model):
    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=TaskKind.choices)
    name = models.CharField(max_length=200, blank=True)
    """Of the file."""
    key = models.CharField(max_length=64)
    """Keyed digest of what was asked: asked again while it is under way, it is the same task."""
    sealed = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    """When whoever works on it last said so, by the database's clock."""
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    over_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    """Why nothing was written."""
    params = models.JSONField(default=dict)
    outcome = models.JSONField(null=True)

    objects = OfAssociation()

    class Meta:
        indexes = [models.Index(fields=["association", "-id"], name="tasks_newest")]
        constraints = [
            models.UniqueConstraint(fields=["association", "key"], condition=models.Q(over_at=None), name="task_once")
        ]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")


class TaskPart(models.Model):
    """A piece of the file that is to be read."""

    association = models.ForeignKey(Association, on_delete=models.CASCADE, related_name="+", db_index=False)
    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="parts", db_index=False)
    place = models.PositiveIntegerField()
    sealed = models.TextField()

    objects = OfAssociation()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["task", "place"], name="task_part_once")]
