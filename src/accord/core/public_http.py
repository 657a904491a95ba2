"""Fetching what people named by its address: over HTTP, never from the inside network, and never without end."""

from __future__ import annotations

import socket
import time
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.utils.translation import gettext
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.retry import Retry

from accord.core import public_network

TIMEOUT = 15.0
LONGEST = 120.0  # seconds for the whole answer
LARGEST = 20_000_000  # bytes


class _Http(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return public_network.connect(self._dns_host, self.port or 80, TIMEOUT)


class _Https(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return public_network.connect(self._dns_host, self.port or 443, TIMEOUT)


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _Https


class _Adapter(HTTPAdapter):
    """Every connection, those of redirects too, goes through :func:`public_network.connect`."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}


def fetch(
    url: str, *, method: str = "GET", auth: tuple[str, str] | None = None, also: tuple[int, ...] = (), **more: Any
) -> bytes:
    """The body of the answer; raises ``OSError`` (requests' errors are some) for anything but success.

    ``also`` are statuses of failures whose body says something that the caller understands.

    A password goes over an encrypted connection only, except to hosts that the operator allows.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise public_network.Refused("Use an address that starts with https:// or http://.")
    if auth and parts.scheme == "http" and (parts.hostname or "") not in settings.PRIVATE_HOSTS:
        raise public_network.Refused("Use an https:// address: passwords are never sent over http://.")
    began = time.monotonic()
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment would be a way around
        session.max_redirects = 5
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Adapter(max_retries=Retry(0, redirect=False)))
        with session.request(method, url, auth=auth, timeout=TIMEOUT, stream=True, **more) as answer:
            if answer.status_code not in also:
                answer.raise_for_status()
            body = bytearray()
            try:
                # As it comes: whoever waits for a full piece waits for as long as a server likes to drip.
                while piece := answer.raw.read1(65_536, decode_content=True):
                    body += piece
                    if len(body) > LARGEST or time.monotonic() - began > LONGEST:
                        raise public_network.Refused(gettext("The server's response is too large or too slow."))
            except HTTPError as error:  # urllib3's own are no OSErrors
                raise requests.ConnectionError(error) from error
            return bytes(body)
