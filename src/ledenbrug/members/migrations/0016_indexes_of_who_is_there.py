"""Indexes of members hold who is there, so that lists are counted and sorted without reading every record."""

import django.db.models.functions
from django.db import migrations, models

PRESENT = models.Q(("deleted_at__isnull", True))


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0013_tasks"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(("merged_into__isnull", True), ("deleted_at__isnull", False), _connector="OR"),
                name="merged_is_deleted",
            ),
        ),
        migrations.RemoveIndex(model_name="member", name="member_by_name"),
        migrations.RemoveIndex(model_name="member", name="member_present"),
        migrations.RemoveIndex(model_name="member", name="member_by_number"),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["association", "sort_key", "id"], include=["status"], condition=PRESENT, name="member_by_name"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["association", "status"], include=["id"], condition=PRESENT, name="member_present"
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["association", "-deleted_at", "-id"],
                condition=models.Q(("deleted_at__isnull", False), ("merged_into__isnull", True)),
                name="member_deleted",
            ),
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                models.F("association"),
                django.db.models.functions.LPad("number", 40, models.Value("0")),
                models.F("id"),
                condition=PRESENT,
                name="member_by_number",
            ),
        ),
    ]
