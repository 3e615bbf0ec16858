"""KEEPING. Tables, constraints, tiny properties. Importing this module knows every table."""

from feedback_app.models import action, invitation, person, report, response, running, safeguarding, text
from feedback_app.models.base import Base

__all__ = ["Base", "action", "invitation", "person", "report", "response", "running", "safeguarding", "text"]
