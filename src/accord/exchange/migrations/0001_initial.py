import accord.exchange.models.import_run
import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accord.core.initial_migration import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Import',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('plan', 'Project plan (Microsoft Project XML)'), ('accounts', 'Accounts (CSV)'), ('contacts', 'Contacts (CSV)'), ('opportunities', 'Opportunities (CSV)'), ('invoices', 'Invoices (CSV)'), ('exchange_rates', 'Exchange rates (ECB file or CSV)')], max_length=15, verbose_name='type')),
                ('status', models.CharField(choices=[('uploaded', 'Needs mapping'), ('checking', 'Checking'), ('checked', 'Checked'), ('refused', 'Unreadable'), ('writing', 'Importing'), ('done', 'Imported'), ('failed', 'Failed'), ('undoing', 'Undoing'), ('undone', 'Undone')], default='uploaded', max_length=10)),
                ('file', models.FileField(upload_to=accord.exchange.models.import_run.random_name)),
                ('file_name', models.CharField(max_length=200)),
                ('source_name', models.CharField(help_text='For example “old CRM”. Importing from the same source again updates existing records.', max_length=60)),
                ('shape', models.JSONField(blank=True, default=dict, verbose_name='content')),
                ('mapping', models.JSONField(blank=True, default=dict)),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='formats')),
                ('report', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('valid_rows_only', models.BooleanField(default=False, verbose_name='import the valid rows')),
                ('error', models.TextField(blank=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to=settings.AUTH_USER_MODEL, verbose_name='imported by')),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='ImportedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(max_length=60)),
                ('record_id', models.BigIntegerField()),
                ('created', models.BooleanField()),
                ('version', models.PositiveIntegerField(help_text="The row's version right after the import.")),
                ('before', models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='exchange.import')),
            ],
            options={
                'indexes': [models.Index(fields=['run', 'type'], name='imported_record_run')],
            },
        ),
    ]
