"""Ten thousand mails read from Dovecot twice, by processes that are killed at random: none missing, none doubled.

    .venv/bin/python benchmarks/mail.py [mails]

The second round lets the server count its mails anew, so that every one is looked at again. Beside the time it prints
that of merely fetching the same mails with imapclient, the library that both use: the peer.
"""

from __future__ import annotations

import os
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

READ = "import django; django.setup(); from benchmarks.mail import read; read()"
DAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def mail(number: int) -> bytes:
    """Every third is with nobody we know."""
    message = EmailMessage()
    client = "conny@brewery.test" if number % 3 else "news@else.test"
    message["From"], message["To"] = client, "olga@firm.test"
    message["Subject"], message["Date"] = f"Mail {number}", DAY + timedelta(minutes=number)
    message["Message-ID"] = f"<{number}@brewery.test>"
    message.set_content("\n".join(f"Line {line} of mail {number}." for line in range(30)))
    return message.as_bytes()


def read() -> None:
    """What each killed process does."""
    from django.utils import timezone

    from accord.correspondence.actions.sync_mailbox import sync_mailbox
    from accord.correspondence.models import Mailbox

    line = sync_mailbox(mailbox=Mailbox.objects.get(), now=timezone.now())
    if line.failure:
        raise SystemExit(line.failure)


def prepare(port: int) -> None:
    from django.core.management import call_command

    from accord.accounts.models import Account, Affiliation, Contact
    from accord.correspondence.models import Mailbox
    from accord.people.models import Role, User
    from tests.mail_servers import PASSWORD

    call_command("migrate", verbosity=0)
    owner = User.objects.create(email="olga@firm.test", name="Olga", roles=[Role.ACCOUNT_MANAGER])
    account = Account.objects.create(name="Brewery", owner=owner)
    conny = Contact.objects.create(name="Conny", email="conny@brewery.test")
    Affiliation.objects.create(account=account, contact=conny)
    box = Mailbox(
        owner=owner, address=owner.email, imap_host="localhost", imap_port=port, user_name="olga", folders="INBOX",
        since=DAY.date() - timedelta(days=2),
    )  # fmt: skip
    box.password = PASSWORD
    box.save()


def rounds(chance: random.Random) -> tuple[int, float]:
    """Start readings and kill them at random, until one comes to its end; how many were killed, and seconds."""
    killed, began = 0, time.perf_counter()
    while True:
        process = subprocess.Popen([sys.executable, "-c", READ], cwd=ROOT)
        try:
            code = process.wait(chance.uniform(1.5, 5.0) if killed < 12 else None)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            killed += 1
            continue
        if code:
            raise SystemExit("the reading failed")
        return killed, time.perf_counter() - began


def check(count: int) -> None:
    from accord.accounts.models import Interaction
    from accord.correspondence.models import MailMessage

    found = sorted(MailMessage.objects.values_list("message_id", flat=True))
    wanted = sorted(f"<{n}@brewery.test>" for n in range(count) if n % 3)
    assert found == wanted, f"{len(set(wanted) - set(found))} missing, {len(found) - len(set(found))} doubled"
    assert Interaction.objects.count() == len(wanted)
    print(f"{len(wanted):,} mails with clients of {count:,}: none missing, none doubled")


def fetched(port: int, certificate: Path) -> float:
    """Seconds in which imapclient fetches all of them, and nothing is done with them."""
    from imapclient import IMAPClient

    from tests.mail_servers import PASSWORD

    began = time.perf_counter()
    context = ssl.create_default_context(cafile=str(certificate))
    with IMAPClient("localhost", port=port, ssl_context=context) as client:
        client.login("olga", PASSWORD)
        client.select_folder("INBOX", readonly=True)
        uids = client.search()
        for first in range(0, len(uids), 100):
            client.fetch(uids[first : first + 100], ["BODY.PEEK[]"])
    return time.perf_counter() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = Path(tempfile.mkdtemp(prefix="accord-mail-"))
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "accord.config.settings", "ACCORD_ENV": "development",
        "ACCORD_HOME": str(folder / "accord"), "ACCORD_PRIVATE_HOSTS": "localhost",
    }  # fmt: skip
    (folder / "accord").mkdir()
    from tests.mail_servers import Dovecot

    (folder / "dovecot").mkdir()
    server = Dovecot(folder / "dovecot")
    folder.chmod(0o755)
    server.start()
    os.environ["SSL_CERT_FILE"] = str(server.certificate)
    try:
        import django

        django.setup()
        server.put("olga", [mail(number) for number in range(count)])
        prepare(server.port)
        chance = random.Random(7)
        killed, seconds = rounds(chance)
        print(f"first round: {killed} readings killed, {seconds:.1f} s with all restarts")
        check(count)
        from accord.accounts.models import Interaction
        from accord.correspondence.models import MailFolder

        MailFolder.objects.update(uid_validity=1)
        killed, seconds = rounds(chance)
        print(f"second round, everything looked at again: {killed} killed, {seconds:.1f} s")
        check(count)
        Interaction.objects.all().delete()
        MailFolder.objects.all().delete()
        began = time.perf_counter()
        read()
        ours, peer = time.perf_counter() - began, fetched(server.port, server.certificate)
        print(
            f"undisturbed: {ours:.1f} s; imapclient fetching them and doing nothing: {peer:.1f} s; {ours / peer:.1f} ×"
        )
        check(count)
    finally:
        server.stop()


if __name__ == "__main__":
    main()
