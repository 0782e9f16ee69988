"""Contacts at the package that look like one and the same."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0002_proposals"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="doubles",
            field=models.JSONField(blank=True, default=list),
        ),
    ]
