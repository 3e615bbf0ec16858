"""The database tables (SQLAlchemy models) with their constraints. Importing this package registers every table.

The values of each CHECK are a constant beside its table: a new role, channel or step is one change there and a
migration. `tests/migrations` holds the migrated database to these models, CHECKs included.
"""

from feedback_app.models import (
    action,
    campaign,
    complaint,
    draw,
    invitation,
    kept_comment,
    person,
    report,
    response,
    review,
    running,
    safeguarding,
    sending,
    setting_change,
    text,
    work,
)
from feedback_app.models.base import Base

__all__ = [
    "Base",
    "action",
    "campaign",
    "complaint",
    "draw",
    "invitation",
    "kept_comment",
    "person",
    "report",
    "response",
    "review",
    "running",
    "safeguarding",
    "sending",
    "setting_change",
    "text",
    "work",
]
