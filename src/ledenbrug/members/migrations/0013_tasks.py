"""What a worker does to many members: what was asked, how far it is, how it ended."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_taskpart": {"task_id": "members_task"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0012_likeness"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("read", "Reading the file"),
                            ("write", "Writing the import"),
                            ("status", "Changing the status"),
                            ("field", "Changing a field"),
                            ("delete", "Deleting members"),
                            ("undo", "Undoing"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200)),
                ("key", models.CharField(max_length=64)),
                ("sealed", models.TextField(blank=True)),
                ("asked_at", models.DateTimeField()),
                ("attempt", models.PositiveSmallIntegerField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("over_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=40)),
                ("params", models.JSONField(default=dict)),
                ("outcome", models.JSONField(null=True)),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "task",
                "verbose_name_plural": "tasks",
                "indexes": [models.Index(fields=["association", "-id"], name="tasks_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(over_at=None), fields=("association", "key"), name="task_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TaskPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("sealed", models.TextField()),
                (
                    "association",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="members.association",
                    ),
                ),
                (
                    "task",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="members.task",
                    ),
                ),
            ],
            options={
                "ordering": ["place"],
                "constraints": [models.UniqueConstraint(fields=("task", "place"), name="task_part_once")],
            },
        ),
        *composite_keys(KEYS, targets=("members_task",)),
    ]
