import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from accord.core.initial_migration import InitialMigration


class Migration(InitialMigration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('percent', models.PositiveSmallIntegerField(help_text='100 means the resolution is due.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='elapsed time (%)')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Low'), (2, 'Medium'), (3, 'High'), (4, 'Critical')], default=1, verbose_name='minimum severity')),
                ('to', models.CharField(choices=[('owner', 'Owner of the request'), ('account_manager', 'The account manager'), ('person', 'Specific person')], default='owner', max_length=15, verbose_name='notify')),
                ('account', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person to notify')),
            ],
            options={
                'ordering': ['percent', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('body', models.TextField(blank=True, help_text='Supports Markdown.', verbose_name='description')),
                ('kind', models.CharField(choices=[('question', 'Question'), ('incident', 'Incident'), ('change', 'Change'), ('feature_request', 'Feature request'), ('complaint', 'Complaint')], default='question', max_length=15, verbose_name='type')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Low'), (2, 'Medium'), (3, 'High'), (4, 'Critical')], default=2)),
                ('status', models.CharField(choices=[('new', 'New'), ('in_work', 'In progress'), ('waiting', 'Waiting for client'), ('resolved', 'Resolved'), ('closed', 'Closed')], default='new', editable=False, max_length=10)),
                ('reported_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='reported at')),
                ('first_response_due', models.DateTimeField(editable=False, null=True, verbose_name='first response due')),
                ('resolution_due', models.DateTimeField(editable=False, null=True, verbose_name='resolution due')),
                ('responded_at', models.DateTimeField(editable=False, null=True, verbose_name='responded at')),
                ('resolved_at', models.DateTimeField(editable=False, null=True, verbose_name='resolved at')),
                ('waiting_since', models.DateTimeField(editable=False, null=True)),
                ('waited_minutes', models.PositiveIntegerField(default=0, editable=False, verbose_name='minutes waited for the client')),
                ('escalated_to', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='last escalation (%)')),
                ('cause', models.TextField(blank=True, help_text='What caused it, so that it can be prevented.', verbose_name='root cause')),
                ('solution', models.TextField(blank=True, verbose_name='resolution')),
                ('custom', models.JSONField(blank=True, default=dict, editable=False, verbose_name='custom fields')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
                ('contact', models.ForeignKey(blank=True, help_text='The contact waiting for an answer.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='accounts.contact', verbose_name='requester')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('raised_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='raised_requests', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'ordering': ['-reported_at'],
            },
        ),
        migrations.CreateModel(
            name='InternalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('reason', models.TextField(blank=True, verbose_name='why it matters')),
                ('asked_on', models.DateField(default=django.utils.timezone.localdate, verbose_name='requested on')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='answer due')),
                ('status', models.CharField(choices=[('asked', 'Open'), ('granted', 'Agreed'), ('partly', 'Partly agreed'), ('refused', 'Declined'), ('withdrawn', 'Withdrawn')], default='asked', max_length=9, verbose_name='outcome')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('done_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('client_informed_on', models.DateField(blank=True, null=True, verbose_name='client informed on')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
                ('asked_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='asked_internal_requests', to=settings.AUTH_USER_MODEL, verbose_name='requested by')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='internal_requests', to=settings.AUTH_USER_MODEL, verbose_name='assignee')),
                ('request', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='internal_requests', to='support.request', verbose_name='client request')),
            ],
            options={
                'ordering': ['done_at', 'due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Topic',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='topic')),
                ('status', models.CharField(choices=[('heard', 'Under review'), ('planned', 'Planned'), ('done', 'Delivered'), ('declined', 'Declined')], default='heard', max_length=12)),
                ('answer', models.TextField(blank=True, verbose_name='response to clients')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='topics', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AddField(
            model_name='request',
            name='topic',
            field=models.ForeignKey(blank=True, help_text='Groups requests from several clients under one topic.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='requests', to='support.topic'),
        ),
        migrations.CreateModel(
            name='ServiceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, 'Low'), (2, 'Medium'), (3, 'High'), (4, 'Critical')])),
                ('first_response_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, validators=[django.core.validators.MinValueValidator(0.25), django.core.validators.MaxValueValidator(10000)], verbose_name='first response within (working hours)')),
                ('resolution_hours', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, validators=[django.core.validators.MinValueValidator(0.25), django.core.validators.MaxValueValidator(10000)], verbose_name='resolution within (working hours)')),
                ('around_the_clock', models.BooleanField(default=False, help_text='Count nights and weekends.', verbose_name='24/7')),
                ('account', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
            ],
            options={
                'ordering': ['-severity'],
                'constraints': [models.UniqueConstraint(fields=('account', 'severity'), name='service_level_once'), models.UniqueConstraint(condition=models.Q(('account', None)), fields=('severity',), name='default_service_level_once')],
            },
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['account', 'status', '-reported_at'], name='request_account'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['status', 'resolution_due'], name='request_due'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='request_from_source'),
        ),
    ]
