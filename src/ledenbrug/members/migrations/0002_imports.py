"""What an import would do, kept until the yes; indexes for looking people up by e-mail address and number."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys

KEYS = {"members_importpart": {"proposal_id": "members_importproposal"}}


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("new", "new"),
                            ("changed", "changed"),
                            ("unchanged", "unchanged"),
                            ("refused", "refused"),
                        ],
                        max_length=10,
                    ),
                ),
                ("place", models.PositiveIntegerField()),
                ("sealed", models.TextField()),
            ],
            options={
                "ordering": ["place"],
            },
        ),
        migrations.CreateModel(
            name="ImportProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(blank=True, max_length=200, verbose_name="file")),
                ("columns", models.JSONField(default=list)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), default=list, size=None
                    ),
                ),
                ("counts", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("ready_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
            },
        ),
        migrations.RemoveIndex(
            model_name="member",
            name="member_by_email",
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                models.F("association"), django.db.models.functions.text.Lower("email"), name="member_by_any_email"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                models.F("association"),
                django.db.models.functions.text.LPad("number", 40, models.Value("0")),
                models.F("id"),
                name="member_by_number",
            ),
        ),
        migrations.AddField(
            model_name="importpart",
            name="association",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.AddField(
            model_name="importproposal",
            name="association",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.AddField(
            model_name="importproposal",
            name="by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="importpart",
            name="proposal",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="members.importproposal"
            ),
        ),
        migrations.AddIndex(
            model_name="importproposal",
            index=models.Index(fields=["expires_at"], name="import_expires"),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(fields=("proposal", "verdict", "place"), name="part_once"),
        ),
        *composite_keys(KEYS, targets=("members_importproposal",)),
    ]
