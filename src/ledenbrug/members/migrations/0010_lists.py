"""Selections kept under a name, columns of one's choice, changes of a field of many."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0010_former"),
    ]

    operations = [
        migrations.CreateModel(
            name="ColumnChoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), size=None),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedSelection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("query", models.TextField()),
                ("shared", models.BooleanField(default=False, verbose_name="for everybody of the association")),
            ],
            options={
                "verbose_name": "saved selection",
                "verbose_name_plural": "saved selections",
                "ordering": ["name", "id"],
            },
        ),
        migrations.AddField(
            model_name="bulkchange",
            name="field",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name="bulkchange",
            name="kind",
            field=models.CharField(
                choices=[
                    ("status", "Status changed"),
                    ("delete", "Deleted"),
                    ("import", "Imported"),
                    ("field", "Field changed"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True), ("merged_into__isnull", True)),
                fields=["association", "status"],
                include=("id",),
                name="member_present",
            ),
        ),
        migrations.AddField(
            model_name="columnchoice",
            name="association",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.AddField(
            model_name="columnchoice",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedselection",
            name="association",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="members.association"
            ),
        ),
        migrations.AddField(
            model_name="savedselection",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="columnchoice",
            constraint=models.UniqueConstraint(fields=("association", "user"), name="columns_once"),
        ),
        migrations.AddConstraint(
            model_name="savedselection",
            constraint=models.UniqueConstraint(fields=("association", "by", "name"), name="selection_name"),
        ),
    ]
