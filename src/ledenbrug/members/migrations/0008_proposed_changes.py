"""Changes that wait for the member secretary's yes or no."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_proposedchange": {"member_id": "members_member", "payer_details_id": "members_payerdetails"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0007_search_text"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProposedChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None),
                ),
                ("sealed", models.TextField(blank=True)),
                ("origin", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("", "open"), ("accepted", "accepted"), ("declined", "declined")],
                        default="",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=200)),
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
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed",
                        to="members.member",
                    ),
                ),
                (
                    "payer_details",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposed",
                        to="members.payerdetails",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposed change",
                "verbose_name_plural": "proposed changes",
                "indexes": [
                    models.Index(
                        condition=models.Q(outcome=""), fields=["association", "-id"], name="proposed_and_open"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(member__isnull=True) ^ models.Q(payer_details__isnull=True),
                        name="proposed_about_one",
                    )
                ],
            },
        ),
        *composite_keys(KEYS, targets=("members_proposedchange",)),
    ]
