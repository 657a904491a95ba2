import accord.core.fields
import django.core.validators
from django.db import migrations, models

from accord.core.initial_migration import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExchangeRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('currency', accord.core.fields.CurrencyField(max_length=3)),
                ('starts_on', models.DateField(verbose_name='valid from')),
                ('rate', models.DecimalField(decimal_places=12, max_digits=22, validators=[django.core.validators.MinValueValidator(0)])),
            ],
            options={
                'ordering': ['currency', '-starts_on'],
                'constraints': [models.UniqueConstraint(fields=('currency', 'starts_on'), name='exchange_rate_once_a_day')],
            },
        ),
    ]
