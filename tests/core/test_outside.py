"""Hosts that people name: the inside network is out of reach, however it is spelt."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from accord.core import public_http, public_network
from accord.core.encryption import Unreadable, decrypt, encrypt

INSIDE = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "0", "0.0.0.0",
    "localhost", "LOCALHOST", "localhost.", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:0:0:1",
    "::ffff:0:127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:0a00:0001::1",
    "2001:0:53aa:64c:0:0:80ff:fffe", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.254", "192.168.0.1",
    "192.168.255.255", "169.254.169.254", "169.254.0.1", "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1",
    "198.18.0.1", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "fe80::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "2001:db8::1",
    # NAT64 of the network's own, site-local, IPv4 in IPv6 in its other forms
    "64:ff9b:1::1", "64:ff9b:1::7f00:1", "64:ff9b:1:7f00:0:100::", "64:ff9b:1:a00:0:1:5db8:d70e", "fec0::1", "feff::1",
    "::127.0.0.1", "::7f00:1", "2a00:1450:4001::5efe:10.0.0.1", "2a00:1450:4001::200:5efe:a00:1", "2002:a9fe:a9fe::1",
    "64:ff9b::169.254.169.254", "::ffff:168.63.129.16", "64:ff9b::a83f:8110", "2002:a83f:8110::",
    "2001:0:0:0:0:0:57c0:7eef",
    # where clouds answer their own machines
    "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "100.100.100.200", "fd20:ce::254", "0xa83f8110", "2822734096",
    "192.0.0.170", "192.0.0.8",
    # reserved
    "192.88.99.1", "2001:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1", "5f00::1", "100::1", "100:0:0:1::1",
    "4000::1", "ff0e::1", "fe80::1%lo",
]  # fmt: skip


@pytest.fixture
def canary() -> Iterator[Any]:
    """Something that listens on every address of this machine and counts who comes."""
    listener = socket.create_server(("", 0))
    listener.settimeout(0.1)
    visits: list[Any] = []
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            try:
                visits.append(listener.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=watch)
    thread.start()
    yield listener.getsockname()[1], visits
    over.set()
    thread.join()
    listener.close()


def test_no_spelling_of_an_inside_address_is_connected_to(canary: Any) -> None:
    port, visits = canary
    for host in INSIDE:
        with pytest.raises(public_network.Refused):
            public_network.connect(host, port, 0.5).close()
    assert visits == []


def test_a_name_that_changes_its_mind_gains_nothing(canary: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    port, visits = canary
    answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    real = socket.getaddrinfo

    def rebinding(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real(next(answers) if host == "rebind.test" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    [(_, address)] = public_network.addresses("rebind.test", port)
    assert address[0] == "93.184.215.14"  # what was checked is what is connected to
    with pytest.raises(public_network.Refused, match="on the internal network"):
        public_network.connect("rebind.test", port, 0.2)
    assert visits == []


def test_one_inside_address_among_outside_ones_spoils_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 1)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    with pytest.raises(public_network.Refused):
        public_network.addresses("mixed.test", 1)


def test_what_the_operator_allows_is_reached(canary: Any, settings: Any) -> None:
    port, _ = canary
    settings.PRIVATE_HOSTS = ["localhost"]
    public_network.connect("localhost", port, 2).close()


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:93.184.215.14",
     "64:ff9b::93.184.215.14", "2002:5db8:d70e::1", "2001:200::1", "192.0.1.1", "168.63.129.17",
     "2a00:1450:4001::5efe:93.184.215.14"],
)  # fmt: skip
def test_outside_is_outside(address: str) -> None:
    assert public_network.is_public(address)


def test_a_sealed_password_opens_with_its_own_key_only(settings: Any) -> None:
    sealed = encrypt("geheim ü")
    assert "geheim" not in sealed
    assert decrypt(sealed) == "geheim ü"
    settings.SECRET_KEY = "another"
    with pytest.raises(Unreadable, match="Enter it again"):
        decrypt(sealed)


def test_a_server_that_drips_is_left(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PRIVATE_HOSTS = ["localhost"]
    monkeypatch.setattr(public_http, "LONGEST", 0.5)
    listener = socket.create_server(("localhost", 0))

    def drip() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(1000):
                try:
                    peer.sendall(b"x")
                except OSError:
                    return
                time.sleep(0.05)

    thread = threading.Thread(target=drip, daemon=True)
    thread.start()
    began = time.monotonic()
    with listener, pytest.raises(public_network.Refused, match="too slow"):
        public_http.fetch(f"http://localhost:{listener.getsockname()[1]}/")
    assert time.monotonic() - began < 20, "it would drip for fifty seconds"


@pytest.mark.parametrize(
    ("head", "body", "whole"),
    [
        ("Transfer-Encoding: chunked", b"2\r\nok\r\n0\r\n\r\n", b"ok"),
        ("Transfer-Encoding: chunked", b"5\r\nok", None),
        ("Content-Length: 9", b"ok", None),
    ],
)
def test_an_answer_in_chunks_is_read_and_one_that_breaks_off_is_not(
    settings: Any, head: str, body: bytes, whole: bytes | None
) -> None:
    settings.PRIVATE_HOSTS = ["localhost"]
    listener = socket.create_server(("localhost", 0))

    def answer() -> None:
        peer, _ = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(f"HTTP/1.1 200 OK\r\n{head}\r\nConnection: close\r\n\r\n".encode() + body)

    threading.Thread(target=answer, daemon=True).start()
    url = f"http://localhost:{listener.getsockname()[1]}/"
    with listener:
        if whole is not None:
            assert public_http.fetch(url) == whole
        else:
            with pytest.raises(requests.RequestException):
                public_http.fetch(url)
