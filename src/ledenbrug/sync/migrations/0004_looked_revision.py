from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sync", "0003_doubles")]

    operations = [
        migrations.AddField(model_name="connection", name="looked_revision", field=models.IntegerField(default=0)),
    ]
