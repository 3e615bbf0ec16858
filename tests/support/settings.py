"""Settings with which production starts."""

from __future__ import annotations

import tempfile
from pathlib import Path

SAFE = {
    "FEEDBACK_MODE": "production",
    "FEEDBACK_PUBLIC_URL": "https://review.council.invalid",
    "FEEDBACK_HOSTS": "review.council.invalid, www.council.invalid",
    "FEEDBACK_DUTY_DAY": "01632 960 200",
    "FEEDBACK_DUTY_NIGHT": "01632 960 201",
    "FEEDBACK_SERVICE_PHONE": "01632 960 202",
    "FEEDBACK_DUTY_EMAIL": "duty@council.invalid",
    "FEEDBACK_SMTP_HOST": "mail.council.invalid",
    "FEEDBACK_MAIL_FROM": "review@council.invalid",
    "FEEDBACK_ERASED_FILE": str(Path(tempfile.gettempdir()) / "erased"),
}
