import accord.core.fields
import accord.people.models.calendar
import accord.people.models.firm
import accord.people.models.token
import accord.people.models.user
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from accord.core.initial_migration import InitialMigration


class Migration(InitialMigration):

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('email', models.EmailField(max_length=254, unique=True)),
                ('name', models.CharField(max_length=150)),
                ('roles', models.JSONField(default=list, validators=[accord.people.models.user.check_roles])),
                ('time_zone', models.CharField(default='UTC', max_length=60, validators=[accord.people.models.user.check_time_zone])),
                ('notices', models.CharField(choices=[('off', 'Never'), ('now', 'Immediately'), ('daily', 'Daily digest in the morning')], default='daily', max_length=5, verbose_name='email notifications')),
                ('digest_on', models.DateField(editable=False, null=True)),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='JobRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
            ],
            options={
                'verbose_name': 'job role',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Skill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=100, unique=True)),
                ('field', models.CharField(blank=True, help_text='Used for grouping, for example design, languages or tools.', max_length=100, verbose_name='group')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=100, unique=True)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(help_text='What uses the key, for example “time clock”.', max_length=100)),
                ('hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_on', models.DateField(default=accord.people.models.token.default_expiry, help_text='The last day on which it works, at most 365 days from now.')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API key',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=150)),
                ('week', models.JSONField(default=accord.people.models.calendar.default_week)),
                ('exceptions', models.JSONField(blank=True, default=list)),
                ('work_weeks', models.JSONField(blank=True, default=list)),
                ('shared', models.BooleanField(default=True, help_text='Available to all projects, not only the one it was imported with.')),
                ('base', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='derived', to='people.calendar')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='calendar_from_source')],
            },
        ),
        migrations.CreateModel(
            name='Firm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(default='Our firm', max_length=150)),
                ('currency', accord.core.fields.CurrencyField(default='EUR', help_text='Currency for firm-wide figures.', max_length=3)),
                ('time_zone', models.CharField(default='UTC', max_length=60, validators=[accord.people.models.user.check_time_zone])),
                ('legal_name', models.CharField(blank=True, help_text='As registered, for example “Ada Consulting GmbH”. Leave empty if it is the same as the name.', max_length=200)),
                ('street', models.CharField(blank=True, max_length=200, verbose_name='street address')),
                ('postcode', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(blank=True, max_length=100)),
                ('country', models.CharField(blank=True, max_length=100)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('website', models.URLField(blank=True)),
                ('register_entry', models.CharField(blank=True, help_text='Court and number, for example “Amtsgericht Hannover, HRB 12345”.', max_length=120)),
                ('directors', models.CharField(blank=True, max_length=200, verbose_name='managing directors')),
                ('tax_number', models.CharField(blank=True, max_length=40)),
                ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT ID')),
                ('bank', models.CharField(blank=True, max_length=100)),
                ('iban', models.CharField(blank=True, max_length=42, validators=[accord.people.models.firm.check_iban], verbose_name='IBAN')),
                ('bic', models.CharField(blank=True, max_length=11, validators=[accord.people.models.firm.check_bic], verbose_name='BIC')),
                ('billing_from', models.DateField(blank=True, help_text='Accord proposes invoices for work from this day on. What came before was billed elsewhere.', null=True, verbose_name='bill from Accord since')),
                ('logo_digest', models.CharField(blank=True, editable=False, max_length=64)),
                ('logo_width', models.PositiveIntegerField(default=0, editable=False)),
                ('logo_height', models.PositiveIntegerField(default=0, editable=False)),
                ('checklist_dismissed_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('sponsor_silence', models.PositiveSmallIntegerField(default=60, help_text='Account managers are notified when a sponsor has had no contact for this long.', verbose_name='silent sponsor after (days)')),
                ('overtime_from', models.DateField(blank=True, help_text='Leave empty to count from the first timesheet that each person submits.', null=True, verbose_name='overtime counts from')),
                ('value_horizon_months', models.PositiveSmallIntegerField(choices=[(12, '1 year'), (24, '2 years'), (36, '3 years'), (60, '5 years')], default=36, verbose_name='lifetime value horizon')),
                ('discount_percent', models.DecimalField(decimal_places=1, default=Decimal('10'), help_text="What a year's delay takes off the value of money to come.", max_digits=4, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(50)], verbose_name='discount rate (% per year)')),
                ('fee_increase_percent', models.DecimalField(decimal_places=1, default=Decimal('2'), help_text='Retainers and subscriptions only.', max_digits=4, validators=[django.core.validators.MinValueValidator(-20), django.core.validators.MaxValueValidator(20)], verbose_name='expected fee increase (% per year)')),
                ('shortest_silence', models.PositiveSmallIntegerField(default=9, help_text='Clients who order projects are lost once three times their usual interval has passed without an order, but not sooner than this.', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(60)], verbose_name='shortest silence before a client is lost (months)')),
                ('longest_silence', models.PositiveSmallIntegerField(default=24, help_text='For the same time for all clients, enter the same number in both fields.', validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(60)], verbose_name='longest silence before a client is lost (months)')),
                ('signal_weights', models.JSONField(blank=True, default=dict, editable=False, verbose_name='signal weights')),
                ('status_limits', models.JSONField(blank=True, default=dict, editable=False, verbose_name='thresholds of status reports')),
                ('mfa_roles', models.JSONField(blank=True, default=list, help_text='People with these roles must set it up at their next sign-in before they can do anything else.', validators=[accord.people.models.firm.check_mfa_roles], verbose_name='roles that must use two-factor authentication')),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.calendar')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FirmLogo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=64)),
                ('png', models.BinaryField()),
                ('firm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='logo', to='people.firm')),
            ],
        ),
        migrations.CreateModel(
            name='FormSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64)),
                ('url', models.CharField(max_length=2000)),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='form_submission_once')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=150)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('title', models.CharField(blank=True, max_length=100, verbose_name='job title')),
                ('share', models.PositiveSmallIntegerField(default=100, help_text='Share of full-time hours available for planning.', validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(100)], verbose_name='working time (%)')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='start date')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='end date')),
                ('calendar', models.ForeignKey(blank=True, help_text="Leave empty to use the firm's working time.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.calendar')),
                ('job_role', models.ForeignKey(blank=True, help_text='Rates of the role apply where the person has none.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='persons', to='people.jobrole', verbose_name='job role')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL, verbose_name='user account')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='persons', to='people.team')),
            ],
            options={
                'verbose_name_plural': 'people',
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='person_from_source')],
            },
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('leave', 'Leave'), ('sick', 'Sick'), ('training', 'Training'), ('other', 'Other')], default='leave', max_length=10, verbose_name='type')),
                ('starts_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('note', models.CharField(blank=True, max_length=200)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to='people.person')),
            ],
            options={
                'ordering': ['-starts_on'],
                'indexes': [models.Index(fields=['person', 'ends_on'], name='absence_person_end')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='absence_has_an_end')],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('page', models.CharField(editable=False, max_length=60)),
                ('query', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='filters')),
                ('name', models.CharField(max_length=60)),
                ('shared', models.BooleanField(default=False, help_text='People see only the records they have access to.', verbose_name='shared with everyone')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'page', 'name'), name='saved_view_once')],
            },
        ),
        migrations.CreateModel(
            name='PersonSkill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('level', models.PositiveSmallIntegerField(choices=[(1, 'Learning'), (2, 'Basic'), (3, 'Independent'), (4, 'Expert'), (5, 'Mentor')], default=3)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skills', to='people.person')),
                ('skill', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='persons', to='people.skill')),
            ],
            options={
                'ordering': ['-level', 'skill__name'],
                'constraints': [models.UniqueConstraint(fields=('person', 'skill'), name='person_skill_once')],
            },
        ),
    ]
