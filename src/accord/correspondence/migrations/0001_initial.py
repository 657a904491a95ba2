import accord.core.fields
import accord.correspondence.models.calendar_source
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
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('expires_on', models.DateField(default=accord.correspondence.models.calendar_source.feed_expiry, editable=False)),
                ('read_at', models.DateTimeField(editable=False, null=True, verbose_name='last sync')),
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CalendarSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('ics', 'ICS feed'), ('caldav', 'CalDAV calendar')], default='ics', max_length=6, verbose_name='type')),
                ('url', accord.core.fields.SealedURLField(help_text='Address of the ICS feed or CalDAV calendar.', max_length=1000, verbose_name='address')),
                ('user_name', models.CharField(blank=True, max_length=200, verbose_name='username')),
                ('sealed_password', models.TextField(blank=True, editable=False, verbose_name='password')),
                ('active', models.BooleanField(default=True, help_text='Inactive calendars are not synced.')),
                ('read_at', models.DateTimeField(editable=False, null=True, verbose_name='last sync')),
                ('kept', models.PositiveIntegerField(default=0, editable=False, verbose_name='meetings saved')),
                ('failure', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
                ('problems', models.JSONField(blank=True, default=list, editable=False)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_sources', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('address', models.EmailField(max_length=254, verbose_name='email address')),
                ('privacy', models.CharField(choices=[('open', 'Everyone with access to the account'), ('subject', 'Others see participants and date only'), ('private', 'Only me')], default='open', max_length=7, verbose_name='visibility')),
                ('imap_host', models.CharField(max_length=200, verbose_name='IMAP server')),
                ('imap_port', models.PositiveIntegerField(default=993, verbose_name='port')),
                ('imap_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('plain', 'None (internal network only)')], default='tls', max_length=8, verbose_name='encryption')),
                ('provider', models.CharField(blank=True, editable=False, max_length=20)),
                ('user_name', models.CharField(max_length=200, verbose_name='username')),
                ('sealed_password', models.TextField(blank=True, editable=False, verbose_name='password')),
                ('folders', models.CharField(default='INBOX, Sent', help_text='Folders to sync, separated by commas.', max_length=300)),
                ('authserv_id', models.CharField(blank=True, help_text='The name at the beginning of the Authentication-Results header that your email server adds, for example mx.example.com. Accord uses it to verify emails that name a colleague as sender. Leave empty if your server adds none.', max_length=200, verbose_name='authentication server')),
                ('since', models.DateField(default=django.utils.timezone.localdate, help_text='Older emails are not synced.', verbose_name='sync emails since')),
                ('smtp_host', models.CharField(blank=True, help_text="Leave empty to use the firm's email server.", max_length=200, verbose_name='SMTP server')),
                ('smtp_port', models.PositiveIntegerField(default=587, verbose_name='SMTP port')),
                ('smtp_security', models.CharField(choices=[('tls', 'TLS'), ('starttls', 'STARTTLS'), ('plain', 'None (internal network only)')], default='starttls', max_length=8, verbose_name='SMTP encryption')),
                ('active', models.BooleanField(default=True, help_text='Inactive mailboxes are not synced.')),
                ('read_at', models.DateTimeField(editable=False, null=True, verbose_name='last sync')),
                ('failure', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mailboxes', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'mailboxes',
                'ordering': ['address'],
                'constraints': [models.UniqueConstraint(fields=('owner', 'address'), name='mailbox_once')],
            },
        ),
        migrations.CreateModel(
            name='MailboxSync',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('seen', models.PositiveIntegerField(default=0)),
                ('kept', models.PositiveIntegerField(default=0)),
                ('known', models.PositiveIntegerField(default=0)),
                ('failure', models.CharField(blank=True, max_length=300, verbose_name='last error')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='readings', to='correspondence.mailbox')),
            ],
            options={
                'ordering': ['-at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='MailFolder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('uid_validity', models.BigIntegerField(default=0)),
                ('last_uid', models.BigIntegerField(default=0)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='read_folders', to='correspondence.mailbox')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'name'), name='mail_folder_once')],
            },
        ),
        migrations.CreateModel(
            name='MailMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('message_id', models.CharField(editable=False, max_length=998)),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('thread', models.CharField(editable=False, max_length=64)),
                ('references', models.TextField(blank=True, editable=False)),
                ('sender', models.CharField(editable=False, max_length=320)),
                ('sender_unverified', models.BooleanField(default=False, editable=False)),
                ('recipients', models.JSONField(default=list, editable=False)),
                ('attachments', models.JSONField(default=list, editable=False)),
                ('text', models.TextField(blank=True, editable=False)),
                ('holds_prices', models.BooleanField(default=False, editable=False)),
                ('sealed_text', models.TextField(blank=True, editable=False)),
                ('state', models.CharField(choices=[('received', 'Received'), ('waiting', 'Queued'), ('sending', 'Being sent'), ('sent', 'Sent'), ('failed', 'Failed')], default='received', editable=False, max_length=8)),
                ('about_type', models.CharField(blank=True, editable=False, max_length=60)),
                ('about_id', models.BigIntegerField(editable=False, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0, editable=False, verbose_name='attempts')),
                ('failure', models.CharField(blank=True, editable=False, max_length=300, verbose_name='last error')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
                ('interaction', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='mail', to='accounts.interaction')),
                ('outgoing_from', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='outgoing', to='correspondence.mailbox', verbose_name='sent from')),
            ],
            options={
                'ordering': ['-pk'],
                'indexes': [models.Index(fields=['digest'], name='mail_digest'), models.Index(fields=['account', 'thread'], name='mail_thread'), models.Index(fields=['state', 'tries'], name='mail_state'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_type', 'about_id'], name='mail_about')],
                'constraints': [models.UniqueConstraint(fields=('account', 'digest'), name='mail_once')],
            },
        ),
        migrations.CreateModel(
            name='MailCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='correspondence.mailbox')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='copies', to='correspondence.mailmessage')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('message', 'mailbox'), name='mail_copy_once')],
            },
        ),
        migrations.CreateModel(
            name='SkippedMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.CharField(max_length=200)),
                ('uid_validity', models.BigIntegerField()),
                ('uid', models.BigIntegerField()),
                ('about_type', models.CharField(blank=True, editable=False, max_length=60)),
                ('about_id', models.BigIntegerField(editable=False, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=1, verbose_name='attempts')),
                ('failed_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('sender', models.CharField(blank=True, max_length=320)),
                ('subject', models.CharField(blank=True, max_length=200)),
                ('reason', models.CharField(max_length=300)),
                ('mailbox', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='skipped_mails', to='correspondence.mailbox')),
            ],
            options={
                'ordering': ['-failed_at', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('mailbox', 'folder', 'uid_validity', 'uid'), name='skipped_mail_once')],
            },
        ),
        migrations.CreateModel(
            name='CalendarMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('source', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('external_id', models.CharField(blank=True, default='', editable=False, max_length=200)),
                ('key', models.CharField(editable=False, max_length=64)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='accounts.account')),
                ('interaction', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_meeting', to='accounts.interaction')),
                ('source_calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='meetings', to='correspondence.calendarsource')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'key'), name='calendar_meeting_once')],
            },
        ),
    ]
