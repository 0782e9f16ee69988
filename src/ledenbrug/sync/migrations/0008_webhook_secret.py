"""What a package signs webhooks with, where that stands with the association's own key there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0007_what_was_proposed_about")]

    operations = [
        migrations.AddField(
            "grant", "webhook_secret", models.TextField(blank=True, default=""), preserve_default=False
        ),
    ]
