"""Headers of every response (promises 43, 44) and compression of our own pages."""

from __future__ import annotations

import gzip

from flask import Response, request

from feedback_app.web.context import settings

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
LEAST_TO_COMPRESS = 500
TEXTS = ("text/html", "text/css", "text/javascript", "image/svg+xml", "text/plain")


def add(response: Response) -> Response:
    """After each request. Static files have set their own caching; all else is stored nowhere."""
    headers = response.headers
    headers["Content-Security-Policy"] = CSP
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=()"
    headers["X-Robots-Tag"] = "noindex"
    if settings().secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def compress(response: Response) -> Response:
    """gzip a page for whoever takes it; called for child pages and static files, whose bytes a child pays for."""
    if (
        response.mimetype in TEXTS
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and "Content-Encoding" not in response.headers
        and not response.direct_passthrough
        and (response.content_length or 0) >= LEAST_TO_COMPRESS
    ):
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
