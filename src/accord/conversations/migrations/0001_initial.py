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
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('body', models.TextField()),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='comments', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', '-created_at'], name='comment_subject')],
            },
        ),
        migrations.CreateModel(
            name='NoticeSetting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('mention', 'Mentions'), ('comment', 'Comments'), ('assignment', 'Assignments'), ('due', 'Deadlines and escalations'), ('system', 'Other updates')], max_length=10)),
                ('delivery', models.CharField(choices=[('accord', 'In Accord only'), ('now', 'In Accord and by email immediately'), ('daily', 'In Accord and in the daily email'), ('off', 'Off')], max_length=6)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_settings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_setting_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('mention', 'Mentions'), ('comment', 'Comments'), ('assignment', 'Assignments'), ('due', 'Deadlines and escalations'), ('system', 'Other updates')], default='system', max_length=10)),
                ('text', models.CharField(max_length=300)),
                ('subject_type', models.CharField(blank=True, max_length=60)),
                ('subject_id', models.BigIntegerField(null=True)),
                ('root_type', models.CharField(blank=True, max_length=60)),
                ('root_id', models.BigIntegerField(null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateTimeField(blank=True, null=True)),
                ('mailed_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at'],
                'indexes': [models.Index(fields=['user', 'read_at', '-created_at'], name='notification_user')],
            },
        ),
        migrations.CreateModel(
            name='Watch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.BigIntegerField()),
                ('on', models.BooleanField(default=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='watches', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'watches',
                'constraints': [models.UniqueConstraint(fields=('subject_type', 'subject_id', 'user'), name='one_watch_per_record')],
            },
        ),
    ]
