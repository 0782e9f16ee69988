"""What differs at the package may be proposed to the member secretary."""

import django.db.models.deletion
from django.db import migrations, models

from ledenbrug.members.tenancy import composite_keys


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0008_proposed_changes"),
        ("sync", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="drift",
            name="proposal",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="members.proposedchange",
            ),
        ),
        *composite_keys({"sync_drift": {"proposal_id": "members_proposedchange"}}),
    ]
