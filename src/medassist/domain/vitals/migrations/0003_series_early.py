from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("vitals", "0002_series_and_reports")]

    operations = [
        migrations.AddField(model_name="series", name="early", field=models.PositiveIntegerField(default=0)),
    ]
