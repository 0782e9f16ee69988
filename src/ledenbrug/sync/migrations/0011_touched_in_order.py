"""What is touched together is looked at in one order, whatever order the database finds it in."""

from django.db import migrations

from ledenbrug.sync import touching


class Migration(migrations.Migration):
    dependencies = [("sync", "0010_unfinished")]

    operations = [migrations.RunSQL(each, migrations.RunSQL.noop) for each in touching.functions().values()]
