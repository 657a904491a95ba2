"""Real mail servers for the tests: Dovecot for IMAP with TLS, aiosmtpd for SMTP, on ports of their own."""

from __future__ import annotations

import getpass
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "correct-horse"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, secret


@dataclass
class Dovecot:
    """A Dovecot with any user name and one password; each user's mails lie in ``mails_of``."""

    folder: Path
    port: int = field(default_factory=free_port)
    introspection: str = ""  # where it asks whose an access token is
    process: subprocess.Popen[bytes] | None = None

    @classmethod
    @contextmanager
    def running(cls, introspection: str = "") -> Iterator[Self]:
        """One that stops, and leaves nothing, in the end; skips the test where it is not installed."""
        if shutil.which("dovecot") is None:
            pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd)")
        folder = Path(tempfile.mkdtemp(prefix="accord-dovecot-"))  # pytest's own are closed to Dovecot's user
        server = cls(folder, introspection=introspection)
        server.start()
        yield server
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)

    @property
    def certificate(self) -> Path:
        return self.folder / "certificate.pem"

    def mails_of(self, user: str, folder: str = "INBOX") -> Path:
        home = self.folder / "home" / user / "Maildir"
        return home / "new" if folder == "INBOX" else home / f".{folder}" / "new"

    def put(self, user: str, mails: list[bytes], folder: str = "INBOX", first: int = 0) -> None:
        """Deliver mails as they are, in order."""
        new = self.mails_of(user, folder)
        for name in ("new", "cur", "tmp"):
            (new.parent / name).mkdir(parents=True, exist_ok=True)
        for number, mail in enumerate(mails, first):
            (new / f"{1_700_000_000 + number}.M{number}.localhost").write_bytes(mail)
        if os.getuid() == 0:
            shutil.chown(self.folder / "home", *self._account())
            for path in (self.folder / "home").rglob("*"):
                shutil.chown(path, *self._account())

    @staticmethod
    def _account() -> tuple[str, str]:
        """Whose mails they are: Dovecot serves no mails of root."""
        if os.getuid() == 0:
            return "mail", "mail"
        return getpass.getuser(), grp.getgrgid(os.getgid()).gr_name

    def start(self) -> None:
        certificate, key = make_certificate(self.folder)
        (self.folder / "home").mkdir(exist_ok=True)
        user, group = self._account()
        me, mine = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
        inner = "dovecot" if os.getuid() == 0 else me
        login = "dovenull" if os.getuid() == 0 else me
        config, tokens = self.folder / "dovecot.conf", self.folder / "tokens.conf"
        tokens.write_text(
            f"introspection_mode = post\nintrospection_url = {self.introspection}\n"
            "username_attribute = username\nactive_attribute = active\nactive_value = true\n"
        )
        by_token = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {tokens}\n}}"
        config.write_text(
            f"""
base_dir = {self.folder}/run
state_dir = {self.folder}/state
log_path = {self.folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
default_internal_user = {inner}
default_internal_group = {mine if inner == me else "dovecot"}
default_login_user = {login}
first_valid_uid = 1
mail_uid = {user}
mail_gid = {group}
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
auth_mechanisms = plain login {"xoauth2 oauthbearer" if self.introspection else ""}
{by_token if self.introspection else ""}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={self.folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {self.port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""
        )
        self.folder.chmod(0o755)
        (self.folder / "home").chmod(0o777)
        self.process = subprocess.Popen(["dovecot", "-F", "-c", str(config)])
        self._wait()

    def _wait(self) -> None:
        context = ssl.create_default_context(cafile=str(self.certificate))
        for _ in range(100):
            try:
                with (
                    socket.create_connection(("localhost", self.port), 1) as plain,
                    context.wrap_socket(plain, server_hostname="localhost") as secure,
                ):
                    if secure.recv(100).startswith(b"* OK"):
                        return
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "dovecot.log").read_text())

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=20)


class Kept:
    """An SMTP handler that keeps what it is handed, or refuses it."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.refuses = False

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 Come back later"
        self.mails.append(envelope)
        return "250 Kept"
