"""An export says who were in it."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_proposed_changes"),
    ]

    operations = [
        migrations.AddField(
            model_name="export",
            name="members",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), default=list, size=None
            ),
        ),
    ]
