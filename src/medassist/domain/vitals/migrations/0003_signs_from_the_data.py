from django.db import migrations, models

import medassist.domain.vitals.models


class Migration(migrations.Migration):
    """The signs are those of data/signs.json, whatever stands there: another sign needs no migration."""

    dependencies = [("vitals", "0002_series_and_reports")]

    operations = [
        migrations.AlterField(
            model_name="reading",
            name="sign",
            field=models.CharField(choices=medassist.domain.vitals.models.signs, max_length=24),
        )
    ]
