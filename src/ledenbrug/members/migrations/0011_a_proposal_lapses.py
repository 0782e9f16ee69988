"""A record that is edited after a change was proposed leads: the proposal has lapsed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0010_lists")]

    operations = [
        migrations.AlterField(
            "proposedchange",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("", "open"),
                    ("accepted", "accepted"),
                    ("declined", "declined"),
                    ("superseded", "lapsed"),
                ],
                default="",
                max_length=10,
            ),
        ),
    ]
