"""Members that look alike and are not the same person."""

import django.db.models.deletion
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_notdouble": {"first_id": "members_member", "second_id": "members_member"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0003_bulk_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="NotDouble",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "first",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"
                    ),
                ),
                (
                    "second",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.member"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("association", "first", "second"), name="not_double_once")
                ],
            },
        ),
        *composite_keys(KEYS),
    ]
