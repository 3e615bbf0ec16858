"""What is wrong with the service itself, shown in red to staff who can do something about it (promises 55, 57, 58)."""

from __future__ import annotations

from flask_babel import ngettext

from feedback_app import clock
from feedback_app.models import scope
from feedback_app.models.complaint import Complaint
from feedback_app.operations.readiness.check_service import alarms_for_pages
from feedback_app.web.access import Viewer, signed_in_person
from feedback_app.web.context import db_session, settings

WATCHERS = frozenset(("lead", "deputy", "manager", "administrator"))
COMPLAINT_WATCHERS = frozenset(("lead", "deputy", "manager"))


def service_alarms() -> list[str]:
    """Return what is wrong, one sentence each, for a signed-in person who can ring somebody instead."""
    viewer = signed_in_person()
    if viewer is None or not viewer.complete or not viewer.roles & WATCHERS:
        return []
    found = alarms_for_pages(
        db_session(), settings(), administrator="administrator" in viewer.roles
    )
    return [*found, *_late_complaints(viewer)]


def _late_complaints(viewer: Viewer) -> list[str]:
    """Complaints that nobody acknowledged in time, for whoever may see to them: no row that everybody on duty sees."""
    if not viewer.roles & COMPLAINT_WATCHERS:
        return []
    late = scope.complaints_for(viewer.person_id).where(
        Complaint.state == "waiting", Complaint.due_on < clock.today()
    )
    number = scope.count_rows(db_session(), late)
    if not number:
        return []
    words = ngettext(
        "%(num)s complaint was not acknowledged within the 30 days of the law. See Complaints.",
        "%(num)s complaints were not acknowledged within the 30 days of the law. See Complaints.",
        number,
    )
    return [str(words)]
