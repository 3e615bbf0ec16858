"""Recorded clips on the web: sent from disk, in parts to phones that ask for parts, and kept by them for a year.

An address names a clip by its content and nothing else: not the survey, not the age, nobody.
"""

from __future__ import annotations

from flask import Flask, Response, abort, send_file

from feedback_app.web.access import policy
from feedback_app.web.assets import A_YEAR
from feedback_app.web.context import catalogue


@policy("public")
def send_clip(file: str) -> Response:
    """Send one clip, or the part of it that is asked for: Safari plays only what comes in parts."""
    clip = next((one for one in catalogue().clips if one.file_name == file), None)
    if clip is None or not clip.path.is_file():
        abort(404)
    answer = send_file(clip.path, mimetype=clip.media_type, etag=clip.digest)
    del answer.headers["Content-Disposition"]  # the file's own name is the question's
    answer.headers["Cache-Control"] = A_YEAR
    return answer


def init_app(app: Flask) -> None:
    """Serve the clips of the application's surveys."""
    app.add_url_rule("/static/clips/<file>", "clips", send_clip, methods=["GET"])
