"""The headers that every answer must have, and what is wrong with those of one (promises 43, 44)."""

from __future__ import annotations

from werkzeug.test import TestResponse

from feedback_app.web.assets import A_YEAR

POLICY = {
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
}
OF_PAGES = ("Cross-Origin-Opener-Policy", "Permissions-Policy", "X-Robots-Tag")
"""What speaks of a page only, and no script or style carries."""
POLICY_OF_FILES = {"default-src 'none'", "frame-ancestors 'none'"}
ALWAYS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex",
}


def problems_of(answer: TestResponse) -> list[str]:
    """What the headers of an answer lack, or have too much of."""
    kept = (
        answer.request.path.startswith("/static/")
        and answer.status_code == 200
        and answer.request.method != "OPTIONS"
    )
    found = [
        f"{name}: {answer.headers.getlist(name)}"
        for name in ALWAYS
        if not (kept and name in OF_PAGES)
        and answer.headers.getlist(name) != [ALWAYS[name]]
    ]
    away = answer.request.path == "/leave" and answer.status_code == 303
    if answer.headers.getlist("Referrer-Policy") != [
        "no-referrer" if away else "same-origin"
    ]:
        found.append(f"Referrer-Policy: {answer.headers.getlist('Referrer-Policy')}")
    policies = answer.headers.getlist("Content-Security-Policy")
    wanted = POLICY_OF_FILES if kept else POLICY
    if len(policies) != 1 or set(policies[0].split("; ")) != wanted:
        found.append(f"Content-Security-Policy: {policies}")
    if answer.headers.getlist("Cache-Control") != [A_YEAR if kept else "no-store"]:
        found.append(f"Cache-Control: {answer.headers.getlist('Cache-Control')}")
    if not kept and "Cookie" not in answer.headers.get("Vary", ""):
        found.append(f"Vary: {answer.headers.get('Vary')}")
    if kept and "Set-Cookie" in answer.headers:
        found.append("a file sets a cookie")
    return found + [
        f"Set-Cookie: {one}"
        for one in answer.headers.getlist("Set-Cookie")
        if not locked(one)
    ]


def locked(cookie: str) -> bool:
    """Whether a cookie is of this host alone, over https alone, and not for scripts."""
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    wanted = {"secure", "httponly", "path=/", "samesite=lax"}
    return (
        cookie.startswith("__Host-")
        and wanted <= flags
        and not any(flag.startswith("domain") for flag in flags)
    )
