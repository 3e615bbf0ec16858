"""KEEPING. Tables, constraints, tiny properties. Importing this module knows every table."""

from feedback_app.models import invitation, person, report, response, running, safeguarding, text
from feedback_app.models.base import Base

__all__ = ["Base", "invitation", "person", "report", "response", "running", "safeguarding", "text"]
