"""How many contacts a run did what to is counted in an index; indexes that others begin with are not kept twice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0011_touched_in_order"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="journal", name="journal_of_run"),
        migrations.AddIndex(
            model_name="journal",
            index=models.Index(fields=["run", "kind", "payer"], include=["outcome"], name="journal_of_run"),
        ),
        migrations.AlterField(
            model_name="journal",
            name="association",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="members.association",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="connection",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="journal",
                to="sync.connection",
            ),
        ),
        migrations.AlterField(
            model_name="journal",
            name="run",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="sync.run",
            ),
        ),
    ]
