"""What was asked at one press is a round; a request belongs to one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_fillrequest": {"round_id": "members_fillround"}}

MAKE = """
INSERT INTO members_fillround
    (association_id, by_id, at, until, language, why, asked, answered_before, asked_again)
SELECT association_id, by_id, asked_at, until, language, why, count(*), 0, 0 FROM members_fillrequest
GROUP BY association_id, by_id, asked_at, until, language, why ORDER BY asked_at;
UPDATE members_fillrequest asked SET round_id = made.id FROM members_fillround made
WHERE (made.association_id, made.at, made.until, made.language, made.why)
    = (asked.association_id, asked.asked_at, asked.until, asked.language, asked.why)
  AND made.by_id IS NOT DISTINCT FROM asked.by_id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0017_filling_in"),
    ]

    operations = [
        migrations.CreateModel(
            name="FillRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("until", models.DateField()),
                ("language", models.CharField(max_length=2)),
                ("why", models.CharField(blank=True, max_length=500)),
                ("asked", models.PositiveIntegerField()),
                ("answered_before", models.PositiveIntegerField(default=0)),
                ("asked_again", models.PositiveIntegerField(default=0)),
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
                "verbose_name": "round of requests to fill in",
                "verbose_name_plural": "rounds of requests to fill in",
                "indexes": [models.Index(fields=["association", "-id"], name="rounds_newest")],
            },
        ),
        migrations.AddField(
            model_name="fillrequest",
            name="round",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="requests",
                to="members.fillround",
            ),
        ),
        migrations.RunSQL(MAKE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="fillrequest",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="members.fillround"
            ),
        ),
        migrations.RemoveField(model_name="fillrequest", name="by"),
        migrations.RemoveField(model_name="fillrequest", name="asked_at"),
        migrations.RemoveField(model_name="fillrequest", name="until"),
        migrations.RemoveField(model_name="fillrequest", name="language"),
        migrations.RemoveField(model_name="fillrequest", name="why"),
        migrations.RemoveIndex(model_name="fillrequest", name="fill_requests_to_send"),
        migrations.AddIndex(
            model_name="fillrequest",
            index=models.Index(
                condition=models.Q(("digest", None), ("ended_at", None), ("failed", False)),
                fields=["tried_at"],
                name="fill_requests_to_send",
            ),
        ),
        migrations.AlterField(
            model_name="task",
            name="kind",
            field=models.CharField(
                choices=[
                    ("read", "Reading the file"),
                    ("write", "Writing the import"),
                    ("status", "Changing the status"),
                    ("field", "Changing a field"),
                    ("delete", "Deleting members"),
                    ("undo", "Undoing"),
                    ("ask", "Asking to fill in"),
                ],
                max_length=10,
            ),
        ),
        *composite_keys(KEYS, targets=("members_fillround",)),
    ]
