"""A stand-in that speaks GOV.UK Notify's API on loopback: checks the token, takes notifications, says what became."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey

from feedback_app.messages.channels import notify

SERVICE = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
SECRET = "7ba7b811-9dad-11d1-80b4-00c04fd430c9"
KEY = f"live-{SERVICE}-{SECRET}"
PATIENCE_SECONDS = 120
"""How long it is waited for: a machine that stands still for some seconds is no silent Notify."""
TEMPLATES = {"sms": "t-sms", "email": "t-email"}
ADDRESS_OF = {"sms": "phone_number", "email": "email_address"}
FAULTS = {
    400: ("ValidationError", "template_id is not a valid UUID"),
    403: ("AuthError", "Error: Your system clock must be accurate to within 30s"),
    429: ("RateLimitError", "Exceeded rate limit"),
    500: ("Exception", "Internal server error"),
    503: ("Exception", "away"),
}


@dataclass
class NotifyServer:
    """What it took, and what it is told to do.

    `fault`: a status that it answers with. `slow`: seconds that it waits first. `leads_to`: the address of another
    server to which it redirects whatever comes. `meanwhile`: called while somebody asks what it holds.
    """

    port: int = 0
    fault: int = 0
    slow: float = 0.0
    wrong_address: bool = False
    loses_answers: bool = False
    leads_to: str = ""
    meanwhile: Callable[[], object] = bool
    status: str = "sending"
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a service that sends by it."""
        return {
            "notify_url": f"http://127.0.0.1:{self.port}",
            "notify_key": KEY,
            "notify_link_sms": TEMPLATES["sms"],
            "notify_link_email": TEMPLATES["email"],
        }


@contextmanager
def notify_server() -> Iterator[NotifyServer]:
    """The server, on a port of its own."""
    state = NotifyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            way = urlsplit(self.path).path.rpartition("/")[2]
            if self._is_stopped():
                return
            address = content[ADDRESS_OF[way]]
            if state.wrong_address:
                said = f"{ADDRESS_OF[way]} {address} is not valid"
                self._say_error(400, "ValidationError", said)
            elif content["template_id"] != TEMPLATES[way]:
                self._say_error(400, "BadRequestError", "Template not found")
            else:
                state.taken.append({"id": str(uuid4()), "way": way, **content})
                if state.loses_answers:
                    self.close_connection = True
                    return
                self._say(201, {"id": state.taken[-1]["id"]})

        def do_GET(self) -> None:
            if self._is_stopped():
                return
            place = urlsplit(self.path)
            wanted = parse_qs(place.query).get("reference")
            name = place.path.rpartition("/")[2]
            found = [
                {"id": one["id"], "status": state.status}
                for one in state.taken
                if name == one["id"] or (wanted and one.get("reference") in wanted)
            ]
            if wanted:
                state.meanwhile()
                self._say(200, {"notifications": found, "links": {}})
            elif found:
                state.asked += 1
                self._say(200, found[0])
            else:
                self._say_error(404, "NoResultFound", "No result found")

        def _is_stopped(self) -> bool:
            time.sleep(state.slow)
            token = self.headers["Authorization"].removeprefix("Bearer ")
            claims = jwt.decode(token, OctKey.import_key(SECRET)).claims
            assert claims["iss"] == SERVICE
            if state.leads_to:
                self.send_response(307)
                self.send_header("Location", state.leads_to + self.path)
                self.send_header("Content-Length", "0")
                self.end_headers()
            elif state.fault:
                self._say_error(state.fault, *FAULTS[state.fault])
            return bool(state.leads_to or state.fault)

        def _say_error(self, status: int, error: str, message: str) -> None:
            errors = [{"error": error, "message": message}]
            self._say(status, {"status_code": status, "errors": errors})

        def _say(self, status: int, content: dict[str, Any]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        with patch.object(notify, "PATIENCE_SECONDS", PATIENCE_SECONDS):
            yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
