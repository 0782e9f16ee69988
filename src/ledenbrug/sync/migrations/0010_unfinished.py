"""A long load makes every contact first: what has yet to come beside it, and the place of that in the queue."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0008_webhook_secret")]

    operations = [
        migrations.AddField("link", "promised", models.BinaryField(null=True)),
        migrations.AlterField("touched", "urgency", models.SmallIntegerField(default=0)),
    ]
