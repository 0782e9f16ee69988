"""Since when somebody is in the status of today stands with that status: who sorts by it looks up no periods."""

from django.db import migrations, models

FILL = """
ALTER TABLE members_member DISABLE TRIGGER USER;
UPDATE members_member m SET since = (
    SELECT max(p.start) FROM members_period p
    WHERE p.member_id = m.id AND p.start <= coalesce(a.calendar_day, now()::date)
) FROM members_association a WHERE a.id = m.association_id;
ALTER TABLE members_member ENABLE TRIGGER USER;
"""
"""It follows from what stands there: nobody changed anything, so no trigger is to tell of it."""


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0018_search_text_in_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="member",
            name="since",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
