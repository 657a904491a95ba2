import accord.core.fields
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('accounts', '0002_standard_rows'),
        ('people', '0001_initial'),
        ('projects', '0001_initial'),
        ('sales', '0002_standard_rows'),
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
        migrations.CreateModel(
            name='BillingDetails',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('legal_name', models.CharField(blank=True, help_text="Leave empty if it is the account's name.", max_length=200)),
                ('attention', models.CharField(blank=True, max_length=150, verbose_name='for the attention of')),
                ('street', models.CharField(blank=True, max_length=200, verbose_name='street address')),
                ('postcode', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(blank=True, max_length=100)),
                ('country', models.CharField(blank=True, max_length=100)),
                ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT ID')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email for invoices')),
                ('buyer_reference', models.CharField(blank=True, help_text='For public clients in Germany, the Leitweg-ID, for example 991-12345-06.', max_length=60)),
                ('payment_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MaxValueValidator(365)], verbose_name='payment term (days)')),
                ('tax', models.CharField(blank=True, help_text='The name of a tax rate. New invoice lines start with it.', max_length=60, verbose_name='usual tax')),
                ('format', models.CharField(choices=[('pdf', 'PDF with data (ZUGFeRD/Factur-X)'), ('xrechnung', 'XRechnung')], default='pdf', max_length=9)),
            ],
            options={
                'verbose_name_plural': 'billing details',
            },
        ),
        migrations.CreateModel(
            name='BillingMilestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('title', models.CharField(max_length=200)),
                ('amount', accord.core.fields.MoneyField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(Decimal('0.01'))])),
                ('bill_on', models.DateField(blank=True, help_text='Billed from this day on.', null=True, verbose_name='billing date')),
            ],
            options={
                'ordering': ['project', 'bill_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='InvoiceDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('xml', models.TextField()),
                ('pdf', models.BinaryField()),
                ('digest', models.CharField(max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name='InvoiceSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('kind', models.CharField(choices=[('invoice', 'Invoices'), ('credit_note', 'Credit notes')], editable=False, max_length=12, verbose_name='type')),
                ('year', models.PositiveSmallIntegerField(editable=False)),
                ('prefix', models.CharField(blank=True, help_text='{year} stands for the year.', max_length=20)),
                ('digits', models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)])),
                ('next_number', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1)])),
            ],
            options={
                'verbose_name_plural': 'invoice series',
                'ordering': ['kind', '-year'],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('paid_on', models.DateField(verbose_name='payment date')),
                ('amount', accord.core.fields.MoneyField(decimal_places=3, max_digits=17, validators=[django.core.validators.MinValueValidator(Decimal('0.001'))])),
                ('reference', models.CharField(blank=True, help_text='What the bank statement says, if it helps.', max_length=140)),
            ],
            options={
                'ordering': ['-paid_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(help_text='For example “Standard rate” or “Reverse charge”.', max_length=60)),
                ('category', models.CharField(choices=[('S', 'Taxed'), ('Z', 'Zero-rated'), ('E', 'Exempt'), ('AE', 'Reverse charge'), ('K', 'Intra-Community supply'), ('G', 'Export outside the EU'), ('O', 'Not subject to VAT')], default='S', max_length=2)),
                ('percent', models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='rate (%)')),
                ('starts_on', models.DateField(verbose_name='valid from')),
                ('reason', models.CharField(blank=True, help_text='Why no tax is charged, for example “Reverse charge: the recipient owes the tax (Article 196 of Directive 2006/112/EC)”.', max_length=200, verbose_name='text on the invoice')),
            ],
            options={
                'ordering': ['name', '-starts_on'],
            },
        ),
        migrations.AddField(
            model_name='expense',
            name='invoice_line',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='expenses', to='money.invoiceline', verbose_name='billed on'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='delivered_from',
            field=models.DateField(blank=True, null=True, verbose_name='service period from'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='delivered_until',
            field=models.DateField(blank=True, help_text='Decides which tax rate applies. Leave empty if it is the invoice date.', null=True, verbose_name='service period until'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='issued_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='invoice',
            name='note',
            field=models.TextField(blank=True, help_text='Below the lines.', max_length=1000, verbose_name='text on the invoice'),
        ),
        migrations.AddField(
            model_name='invoice',
            name='purchase_order',
            field=models.CharField(blank=True, help_text='Number', max_length=60, verbose_name="client's purchase order"),
        ),
        migrations.AddField(
            model_name='invoice',
            name='tax',
            field=accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='agreement',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invoice_lines', to='sales.agreement'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='discount_percent',
            field=models.DecimalField(decimal_places=2, default=Decimal('0'), max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='discount (%)'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='period_from',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='period_until',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='tax_category',
            field=models.CharField(blank=True, choices=[('S', 'Taxed'), ('Z', 'Zero-rated'), ('E', 'Exempt'), ('AE', 'Reverse charge'), ('K', 'Intra-Community supply'), ('G', 'Export outside the EU'), ('O', 'Not subject to VAT')], editable=False, max_length=2),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='tax_name',
            field=models.CharField(blank=True, max_length=60, verbose_name='tax'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='tax_percent',
            field=models.DecimalField(decimal_places=2, default=Decimal('0'), editable=False, max_digits=5),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='tax_reason',
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='unit',
            field=models.CharField(choices=[('HUR', 'hours'), ('DAY', 'days'), ('WEE', 'weeks'), ('MON', 'months'), ('ANN', 'years'), ('C62', 'pieces'), ('LS', 'flat rate'), ('KMT', 'km')], default='C62', max_length=3),
        ),
        migrations.AddField(
            model_name='timeentry',
            name='invoice_line',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='time_entries', to='money.invoiceline', verbose_name='billed on'),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='number',
            field=models.CharField(blank=True, help_text='Leave empty: the invoice gets its number when it is issued.', max_length=60),
        ),
        migrations.AlterField(
            model_name='invoice',
            name='total',
            field=accord.core.fields.MoneyField(decimal_places=3, default=Decimal('0'), editable=False, max_digits=17, verbose_name='net total'),
        ),
        migrations.AddIndex(
            model_name='timeentry',
            index=models.Index(condition=models.Q(('billable', True), ('invoice_line', None)), fields=['project', 'day'], name='time_entry_unbilled'),
        ),
        migrations.AddConstraint(
            model_name='invoice',
            constraint=models.UniqueConstraint(condition=models.Q(('issued_at__isnull', False)), fields=('number',), name='invoice_number_issued_once'),
        ),
        migrations.AddField(
            model_name='billingdetails',
            name='account',
            field=models.OneToOneField(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='billing', to='accounts.account'),
        ),
        migrations.AddField(
            model_name='billingmilestone',
            name='deliverable',
            field=models.ForeignKey(blank=True, help_text='Billed when the client has accepted it.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='billing_milestones', to='projects.deliverable'),
        ),
        migrations.AddField(
            model_name='billingmilestone',
            name='project',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='billing_milestones', to='projects.project'),
        ),
        migrations.AddField(
            model_name='billingmilestone',
            name='task',
            field=models.ForeignKey(blank=True, help_text='Billed when this task or milestone is finished.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='billing_milestones', to='projects.task'),
        ),
        migrations.AddField(
            model_name='invoiceline',
            name='milestone',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoice_lines', to='money.billingmilestone'),
        ),
        migrations.AddIndex(
            model_name='invoiceline',
            index=models.Index(fields=['agreement', 'period_from'], name='invoice_line_period'),
        ),
        migrations.AddField(
            model_name='invoicedocument',
            name='invoice',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='document', to='money.invoice'),
        ),
        migrations.AddConstraint(
            model_name='invoiceseries',
            constraint=models.UniqueConstraint(fields=('kind', 'year'), name='invoice_series_of_a_year'),
        ),
        migrations.AddField(
            model_name='payment',
            name='invoice',
            field=models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='money.invoice'),
        ),
        migrations.AddConstraint(
            model_name='taxrate',
            constraint=models.UniqueConstraint(fields=('name', 'starts_on'), name='tax_rate_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='payment_from_source'),
        ),
    ]
