"""Who is listed by name, or by how somebody stands to the books, is read from one index: no record is opened for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0021_status_since"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="member",
            name="member_by_name",
        ),
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                condition=models.Q(("deleted_at__isnull", True)),
                fields=["association", "sort_key", "id"],
                include=("status", "payer_member", "payer_details"),
                name="member_by_name",
            ),
        ),
    ]
