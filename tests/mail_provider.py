"""A provider of mail that lets programs in by a sign-in at its own page: as much of OAuth 2 as a mailbox needs."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "accord", "between-us"


class Refused(Exception):
    pass


class MailProvider:
    """Each lasting token is good once and comes with its successor, as providers do that are careful."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.lasting: dict[str, str] = {}  # whose each is
        self.opening: dict[str, str] = {}
        self.gives_lasting = True
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                asked = {name: values[0] for name, values in parse_qs(body).items()}
                try:
                    status, answer = 200, getattr(provider, f"answer_{self.path[1:]}")(asked)
                except Refused as why:
                    status, answer = 400, {"error": "invalid_grant", "error_description": str(why)}
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server.server_address[1]}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def environment(self) -> dict[str, str]:
        """What an operator sets who registered Accord here."""
        values = {
            "CLIENT_ID": CLIENT, "SECRET": SECRET, "NAME": "Post & Co", "AUTHORIZE_URL": f"{self.address}/authorize",
            "TOKEN_URL": f"{self.address}/token", "SCOPE": "mail", "IMAP_HOST": "localhost", "SMTP_HOST": "localhost",
        }  # fmt: skip
        return {f"ACCORD_MAIL_OTHER_{name}": value for name, value in values.items()}

    def agree(self, url: str, user: str) -> dict[str, str]:
        """What its page sends the browser back with, once ``user`` signed in and agreed."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked | {"user": user}
        return {"code": code, "state": asked["state"]}

    def answer_token(self, asked: dict[str, str]) -> dict[str, Any]:
        if (asked.get("client_id"), asked.get("client_secret")) != (CLIENT, SECRET):
            raise Refused("Who are you?")
        if asked["grant_type"] == "refresh_token":
            user = self.lasting.pop(asked["refresh_token"], "")
            if not user:
                raise Refused("The permission was taken back.")
        else:
            question = self.codes.pop(asked["code"], None)
            digest = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
            proof = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if question is None or (question["code_challenge"], question["redirect_uri"]) != (
                proof, asked["redirect_uri"],
            ):  # fmt: skip
                raise Refused("That is not the one requested by.")
            user = question["user"]
        opening, lasting = secrets.token_urlsafe(), secrets.token_urlsafe()
        self.opening[opening] = user
        answer = {"access_token": opening, "token_type": "Bearer", "expires_in": 3600, "scope": "mail and more"}
        if self.gives_lasting:
            self.lasting[lasting] = user
            answer["refresh_token"] = lasting
        return answer

    def answer_introspect(self, asked: dict[str, str]) -> dict[str, Any]:
        user = self.opening.get(asked["token"])
        return {"active": user is not None, "username": user or ""}
