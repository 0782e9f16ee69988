"""Notes about a member."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_note": {"member_id": "members_member"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0005_custom_fields"),
    ]

    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                ("text", models.TextField(verbose_name="note")),
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
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="members.member"
                    ),
                ),
            ],
            options={
                "verbose_name": "note",
                "verbose_name_plural": "notes",
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["association", "at"], name="notes_by_age")],
            },
        ),
        *composite_keys(KEYS),
    ]
