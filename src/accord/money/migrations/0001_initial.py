import accord.core.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_standard_rows'),
        ('people', '0001_initial'),
        ('people', '0001_initial'),
        ('projects', '0001_initial'),
        ('sales', '0002_standard_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('number', models.CharField(max_length=60)),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note')], default='invoice', max_length=12, verbose_name='type')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('sent', 'Sent'), ('paid', 'Paid'), ('void', 'Void')], default='draft', max_length=6)),
                ('issued_on', models.DateField(verbose_name='invoice date')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='due date')),
                ('paid_on', models.DateField(blank=True, null=True, verbose_name='payment date')),
                ('currency', accord.core.fields.CurrencyField(default='EUR', max_length=3)),
                ('total', accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='accounts.account', verbose_name='client')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='projects.project')),
                ('settles', models.ForeignKey(blank=True, help_text='The invoice that this credit note takes back. Leave empty to settle the open invoice of the same amount, if there is exactly one.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='credit_notes', to='money.invoice', verbose_name='settles invoice')),
            ],
            options={
                'ordering': ['-issued_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='InvoiceLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='line number')),
                ('code', models.CharField(blank=True, max_length=40, verbose_name='item code')),
                ('description', models.CharField(blank=True, max_length=300)),
                ('quantity', models.DecimalField(decimal_places=4, default=Decimal('1'), max_digits=14)),
                ('unit_price', models.DecimalField(decimal_places=4, max_digits=16)),
                ('amount', accord.core.fields.MoneyField(decimal_places=3, max_digits=17)),
                ('invoice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='money.invoice')),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TimeEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('day', models.DateField(verbose_name='date')),
                ('minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1440)])),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('billable', models.BooleanField(default=True)),
                ('cost_rate', accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17)),
                ('bill_rate', accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='people.person')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='projects.project')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='time_entries', to='projects.task')),
            ],
            options={
                'verbose_name_plural': 'time entries',
                'ordering': ['-day', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Expense',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('day', models.DateField(verbose_name='date')),
                ('description', models.CharField(max_length=200)),
                ('amount', accord.core.fields.MoneyField(decimal_places=3, max_digits=17)),
                ('billable', models.BooleanField(default=False, verbose_name='billable')),
                ('project', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='projects.project')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='expenses', to='projects.task')),
            ],
            options={
                'ordering': ['-day', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='expense_from_source')],
            },
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['account', 'issued_on'], name='invoice_account'),
        ),
        migrations.AddIndex(
            model_name='invoice',
            index=models.Index(fields=['issued_on'], name='invoice_issued'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='invoice_from_source'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['project', '-day'], name='time_entry_project'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(fields=['person', '-day'], name='time_entry_person'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='time_entry_from_source'),
        ),
        migrations.CreateModel(
            name='PeriodLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('until', models.DateField(help_text='The last day that is closed.', verbose_name='locked until')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='reason')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='WorkType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('billable', models.BooleanField(default=True, help_text='Hours of this type start as billable. Time that is not on a project is never billable.', verbose_name='billable')),
                ('internal', models.BooleanField(default=False, help_text='For work that belongs to no project, for example a team meeting.', verbose_name='without a project')),
                ('active', models.BooleanField(default=True, help_text='Clear to stop offering it. Logged time keeps it.', verbose_name='active')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.AlterField(
            model_name='timeentry',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='projects.project'),
        ),
        migrations.CreateModel(
            name='Timesheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('week', models.DateField(verbose_name='Monday')),
                ('ends_on', models.DateField(editable=False, verbose_name='Sunday')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('approved', 'Approved'), ('locked', 'Locked')], default='draft', editable=False, max_length=9)),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('decided_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='reason')),
                ('rows', models.JSONField(blank=True, default=list, editable=False)),
                ('decided_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='timesheets', to='people.person')),
            ],
            options={
                'ordering': ['-week', 'person__name'],
            },
        ),
        migrations.AddField(
            model_name='timeentry',
            name='work_type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='money.worktype', verbose_name='type of work'),
        ),
        migrations.AddConstraint(
            model_name='timeentry',
            constraint=models.CheckConstraint(condition=models.Q(('project__isnull', False), models.Q(('billable', False), ('task', None), ('work_type__isnull', False)), _connector='OR'), name='time_entry_says_what_for'),
        ),
        migrations.AddIndex(
            model_name='timesheet',
            index=models.Index(fields=['status', 'week'], name='timesheet_status'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='timesheet_from_source'),
        ),
        migrations.AddConstraint(
            model_name='timesheet',
            constraint=models.UniqueConstraint(fields=('person', 'week'), name='timesheet_of_a_week'),
        ),
        migrations.AlterField(
            model_name='timeentry',
            name='task',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='time_entries', to='projects.task'),
        ),
        migrations.CreateModel(
            name='Timer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='description')),
                ('started_at', models.DateTimeField(editable=False)),
                ('person', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='timer', to='people.person')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project')),
                ('task', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.task')),
                ('work_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='money.worktype', verbose_name='type of work')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RateCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('side', models.CharField(choices=[('cost', 'Cost'), ('bill', 'Billing')], default='bill', max_length=4, verbose_name='type')),
                ('starts_on', models.DateField(verbose_name='valid from')),
                ('amount', accord.core.fields.MoneyField(blank=True, decimal_places=3, help_text='Leave empty to end this rate: from that day, less specific rates apply again.', max_digits=17, null=True, verbose_name='rate per hour')),
                ('currency', accord.core.fields.CurrencyField(max_length=3)),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rate_cards', to='accounts.account')),
                ('agreement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rate_cards', to='sales.agreement')),
                ('job_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rate_cards', to='people.jobrole', verbose_name='job role')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rate_cards', to='people.person')),
                ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rate_cards', to='projects.project')),
                ('work_type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rate_cards', to='money.worktype', verbose_name='type of work')),
            ],
            options={
                'verbose_name': 'rate',
                'ordering': ['-starts_on', '-pk'],
                'constraints': [models.UniqueConstraint(models.F('side'), django.db.models.functions.comparison.Coalesce('project', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('agreement', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('account', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('work_type', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('person', 0, output_field=models.BigIntegerField()), django.db.models.functions.comparison.Coalesce('job_role', 0, output_field=models.BigIntegerField()), models.F('starts_on'), name='rate_card_once_a_day', violation_error_message='There is already a rate for this date.'), models.CheckConstraint(condition=models.Q(models.Q(('agreement', None), ('project', None)), models.Q(('account', None), ('project', None)), models.Q(('account', None), ('agreement', None)), _connector='OR'), name='rate_card_one_place', violation_error_message='Choose one of project, agreement and account.'), models.CheckConstraint(condition=models.Q(('person', None), ('job_role', None), _connector='OR'), name='rate_card_one_worker', violation_error_message='Choose a person or a job role, not both.'), models.CheckConstraint(condition=models.Q(('amount', None), ('amount__gte', 0), _connector='OR'), name='rate_card_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='ExpenseCategory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=80, unique=True)),
                ('kind', models.CharField(choices=[('ordinary', 'Amount on the receipt'), ('mileage', 'Mileage'), ('per_diem', 'Per diem')], default='ordinary', max_length=8, verbose_name='calculated by')),
                ('tax_percent', models.DecimalField(decimal_places=2, default=0, help_text='Contained in the amount. Used where no tax is entered.', max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='tax (%)')),
                ('tax_deductible', models.BooleanField(default=True, help_text='Then projects carry the net amount, otherwise the whole amount.', verbose_name='tax is deductible')),
                ('billable', models.BooleanField(default=False, help_text='Expenses in this category start as billable.')),
                ('markup_percent', models.DecimalField(decimal_places=2, default=0, help_text='Added to the cost when it is billed.', max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='mark-up (%)')),
                ('receipt_from', accord.core.fields.MoneyField(blank=True, decimal_places=3, help_text="In the firm's currency. Leave empty if receipts are optional.", max_digits=17, null=True, validators=[django.core.validators.MinValueValidator(0)], verbose_name='receipt required from')),
                ('receipt_rule', models.CharField(choices=[('warn', 'Warn'), ('refuse', 'Refuse to submit')], default='warn', max_length=6, verbose_name='without a receipt')),
                ('breakfast_percent', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='deducted for breakfast (%)')),
                ('lunch_percent', models.PositiveSmallIntegerField(default=40, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='deducted for lunch (%)')),
                ('dinner_percent', models.PositiveSmallIntegerField(default=40, help_text="Per diem only: the share of a day's rate that a provided meal takes off.", validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='deducted for dinner (%)')),
                ('active', models.BooleanField(default=True, help_text='Clear to stop offering it. Existing expenses keep it.')),
            ],
            options={
                'verbose_name_plural': 'expense categories',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Reimbursement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('paid_on', models.DateField(verbose_name='reimbursed on')),
                ('undone_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddField(
            model_name='expense',
            name='billable_amount',
            field=accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17),
        ),
        migrations.AddField(
            model_name='expense',
            name='breakfasts',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(366)]),
        ),
        migrations.AddField(
            model_name='expense',
            name='cost',
            field=accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17),
        ),
        migrations.AddField(
            model_name='expense',
            name='currency',
            field=accord.core.fields.CurrencyField(default='EUR', max_length=3, validators=[django.core.validators.RegexValidator('^[A-Z]{3}$', 'Enter a three-letter currency code, such as EUR or USD.')]),
        ),
        migrations.AddField(
            model_name='expense',
            name='decided_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='decided_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expense',
            name='dinners',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(366)]),
        ),
        migrations.AddField(
            model_name='expense',
            name='exchange_rate',
            field=models.DecimalField(decimal_places=10, default=1, editable=False, max_digits=22),
        ),
        migrations.AddField(
            model_name='expense',
            name='kind',
            field=models.CharField(choices=[('ordinary', 'Amount on the receipt'), ('mileage', 'Mileage'), ('per_diem', 'Per diem')], default='ordinary', editable=False, max_length=8),
        ),
        migrations.AddField(
            model_name='expense',
            name='lunches',
            field=models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(366)]),
        ),
        migrations.AddField(
            model_name='expense',
            name='markup_percent',
            field=models.DecimalField(decimal_places=2, default=0, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='mark-up (%)'),
        ),
        migrations.AddField(
            model_name='expense',
            name='needs_receipt',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='expense',
            name='paid_by',
            field=models.CharField(choices=[('own', 'Own money'), ('card', 'Firm card')], default='card', max_length=4, verbose_name='paid with'),
        ),
        migrations.AddField(
            model_name='expense',
            name='person',
            field=models.ForeignKey(blank=True, help_text='Who paid.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='people.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='expense',
            name='quantity',
            field=models.DecimalField(blank=True, decimal_places=1, max_digits=8, null=True, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100000)], verbose_name='kilometres or days'),
        ),
        migrations.AddField(
            model_name='expense',
            name='rate',
            field=accord.core.fields.MoneyField(blank=True, decimal_places=3, editable=False, max_digits=17, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason'),
        ),
        migrations.AddField(
            model_name='expense',
            name='status',
            field=models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('approved', 'Approved'), ('reimbursed', 'Reimbursed'), ('returned', 'Returned')], default='draft', editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name='expense',
            name='submitted_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='expense',
            name='submitted_by',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='expense',
            name='tax',
            field=accord.core.fields.MoneyField(blank=True, decimal_places=3, help_text="Contained in the amount. Leave empty to use the category's rate.", max_digits=17, null=True, verbose_name='tax'),
        ),
        migrations.AddField(
            model_name='expense',
            name='tax_deductible',
            field=models.BooleanField(default=True, verbose_name='tax is deductible'),
        ),
        migrations.AlterField(
            model_name='expense',
            name='amount',
            field=accord.core.fields.MoneyField(blank=True, decimal_places=3, default=Decimal('0'), help_text='As on the receipt, with tax.', max_digits=17),
        ),
        migrations.AddField(
            model_name='expense',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='money.expensecategory'),
        ),
        migrations.CreateModel(
            name='ExpenseRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('starts_on', models.DateField(verbose_name='valid from')),
                ('rate', accord.core.fields.MoneyField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(0)])),
                ('category', models.ForeignKey(limit_choices_to=models.Q(('kind', 'ordinary'), _negated=True), on_delete=django.db.models.deletion.PROTECT, related_name='rates', to='money.expensecategory')),
            ],
            options={
                'ordering': ['category__name', '-starts_on'],
            },
        ),
        migrations.AddField(
            model_name='expense',
            name='reimbursement',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='expenses', to='money.reimbursement'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['status', 'day'], name='expense_status'),
        ),
        migrations.AddIndex(
            model_name='expense',
            index=models.Index(fields=['person', '-day'], name='expense_person'),
        ),
        migrations.AddConstraint(
            model_name='expense',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reimbursement__isnull', False), ('status', 'reimbursed')), models.Q(models.Q(('status', 'reimbursed'), _negated=True), ('reimbursement', None)), _connector='OR'), name='expense_reimbursed_by_one'),
        ),
        migrations.AddConstraint(
            model_name='expenserate',
            constraint=models.UniqueConstraint(fields=('category', 'starts_on'), name='expense_rate_once_a_day'),
        ),
    ]
