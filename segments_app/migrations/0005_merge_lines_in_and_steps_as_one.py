from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('segments_app', '0004_lines_that_are_in'),
        ('segments_app', '0004_steps_taken_as_one'),
    ]

    operations = []
