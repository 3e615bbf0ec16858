"""JSON logs of allow-listed fields: never a token, a text, a name, an address or a query (promises 8, 46)."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from collections.abc import MutableMapping
from typing import Any

import structlog
from flask import Flask, Response, g, request
from flask.ctx import has_request_context

from feedback_app.web.context import instance, settings

FIELDS = frozenset(
    (
        "event",
        "level",
        "at",
        "request",
        "method",
        "endpoint",
        "status",
        "ms",
        "number",
        "error",
        "kind",
    )
)
KNOWN_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
"""Any other method is logged as "other": a made-up one could hold anything."""


def only_allowed(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> dict[str, Any]:
    """Drop every field that is not on the list `FIELDS` (a structlog processor)."""
    return {name: value for name, value in event.items() if name in FIELDS}


class _JsonLines(logging.Handler):
    """Writes what libraries and Flask log as JSON: the fixed words of the message, never what is filled into them."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record with those of its extra fields that are on the list."""
        extras = {name: value for name, value in vars(record).items() if name in FIELDS}
        error = (
            record.exc_info[0].__name__
            if record.exc_info and record.exc_info[0]
            else None
        )
        if error:
            extras["error"] = error
        if has_request_context():
            extras["endpoint"] = request.endpoint
        message = (
            record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        )
        structlog.get_logger().log(record.levelno, message, **extras)


def init_app(app: Flask) -> None:
    """Log each request by its endpoint, never its path: a path may hold a token."""
    parts = instance(app)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            only_allowed,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            getattr(logging, parts.settings.log_level)
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.logger.handlers = [_JsonLines()]
    app.logger.propagate = False
    app.before_request(_begin_request)
    app.after_request(_log_request)


def _begin_request() -> None:
    g.began = time.perf_counter()
    g.request_id = secrets.token_hex(6)


def _log_request(response: Response) -> Response:
    if settings().log_level != "INFO":
        return response
    now = time.perf_counter()
    seconds = now - g.get("began", now)
    structlog.get_logger().info(
        "request",
        request=g.get("request_id"),
        method=request.method if request.method in KNOWN_METHODS else "other",
        endpoint=request.endpoint,
        status=response.status_code,
        ms=round(seconds * 1000, 1),
    )
    return response
