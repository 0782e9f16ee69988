"""Which last name is shown goes over: whoever changes it is looked at."""

from django.db import migrations

from ledenbrug.sync import touching


class Migration(migrations.Migration):
    dependencies = [("sync", "0012_journal_of_a_run"), ("members", "0024_name_in_use")]

    operations = [migrations.RunSQL(each, migrations.RunSQL.noop) for each in touching.functions().values()]
