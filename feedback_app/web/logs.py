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

FIELDS = frozenset(("event", "level", "at", "request", "method", "endpoint", "status", "ms", "number", "error", "kind"))


def only_allowed(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    """Drop every field that is not on the list."""
    return {name: value for name, value in event.items() if name in FIELDS}


class _JsonLines(logging.Handler):
    """Takes what libraries and Flask log, and writes its first line's fixed words only, with allow-listed extras."""

    def emit(self, record: logging.LogRecord) -> None:
        extras = {name: value for name, value in vars(record).items() if name in FIELDS}
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        bound = structlog.get_logger()
        if error:
            extras["error"] = error
        if has_request_context():
            extras["endpoint"] = request.endpoint
        message = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        bound.log(record.levelno, message, **extras)


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
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, parts.settings.log_level)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.logger.handlers = [_JsonLines()]
    app.logger.propagate = False
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()
    g.request_id = secrets.token_hex(6)


def _end(response: Response) -> Response:
    if settings().log_level == "INFO":
        structlog.get_logger().info(
            "request",
            request=g.get("request_id"),
            method=request.method if request.method in ("GET", "HEAD", "POST", "OPTIONS") else "other",
            endpoint=request.endpoint,
            status=response.status_code,
            ms=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
        )
    return response
