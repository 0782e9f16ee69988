"""What ours was when theirs was proposed: an edit made since leads."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0006_webhooks")]

    operations = [
        migrations.AddField("drift", "source", models.BinaryField(null=True)),
    ]
