"""Every value that a column may hold has words in `labels.py`, or stands here with the reason why nobody sees it."""

from __future__ import annotations

import re

from sqlalchemy import CheckConstraint, Table

from feedback_app.config import ROOT
from feedback_app.labels import LABELS
from feedback_app.models import Base

KIND_OF_COLUMN = {
    "person_role.role": "role",
    "invitation.band": "band",
    "invitation.outcome": "invitation_outcome",
    "invitation.how_chosen": "how_chosen",
    "invitation.mode": "mode",
    "invitation.pn_code": "pn_code",
    "response.band": "band",
    "response.channel": "channel",
    "response.mode": "mode",
    "response.pn_code": "pn_code",
    "queue_entry.urgency": "urgency",
    "read_mark.outcome": "read_outcome",
    "concern.source": "concern_source",
    "concern.state": "case_state",
    "concern.outcome": "concern_outcome",
    "contact_request.wanted": "contact_wanted",
    "contact_request.state": "case_state",
    "contact_request.outcome": "request_outcome",
    "case_note.kind": "note_kind",
    "draw.part": "part",
    "cohort.band": "band",
    "cohort.what": "cohort_kind",
    "sending.way": "sending_way",
    "sending.to_whom": "sending_to",
    "sending.state": "sending_state",
    "sending.reason": "sending_reason",
    "imported_review.band": "band",
    "imported_review.mode": "mode",
    "imported_review.pn_code": "pn_code",
    "complaint.about": "complaint_about",
    "complaint.state": "complaint_state",
    "complaint.outcome": "complaint_outcome",
    "action.state": "action_state",
    "action_words.band": "band",
}
NEVER_SHOWN = {
    "invitation.look": "shown as stored in the file of what is held: it names a style of the page",
    "response.look": "the same",
    "response.helper": "shown in the words of the child's own page, from the survey",
    "response.iro_may_see": "the same",
    "answer.state": "left and declined are said in the words of the child's own page",
    "sealed_text.owner": "says in which table a text hangs",
    "read_mark.reader": "each reader has a page of their own, which says so",
    "staff_token.kind": "the page that the link opens says what it is for",
    "work_change.kind": "the history says in a sentence what was entered (manager/team/views.py)",
    "column_map.kind": "each kind of file has a page of its own, which says so",
    "report.kind": "the table has no code yet",
}


def columns_with_ids() -> dict[str, set[str]]:
    """`table.column` -> the ids that its CHECK allows, read from the models."""
    found: dict[str, set[str]] = {}
    for table in Base.metadata.tables.values():
        for column, ids in _checks_of(table):
            found[f"{table.name}.{column}"] = ids
    return found


def _checks_of(table: Table) -> list[tuple[str, set[str]]]:
    checks = [
        str(one.sqltext)
        for one in table.constraints
        if isinstance(one, CheckConstraint)
    ]
    lists = [
        match for sql in checks for match in re.findall(r"\b(\w+) IN \(([^)]*)\)", sql)
    ]
    return [(column, set(re.findall(r"'([^']*)'", ids))) for column, ids in lists]


def test_each_column_with_ids_has_a_kind_of_label_or_a_reason() -> None:
    columns = set(columns_with_ids())
    assert len(columns) > 20
    assert columns - set(KIND_OF_COLUMN) - set(NEVER_SHOWN) == set()
    assert (set(KIND_OF_COLUMN) | set(NEVER_SHOWN)) - columns == set()


def test_each_value_of_such_a_column_has_words() -> None:
    columns = columns_with_ids()
    missing = {
        name: columns[name] - set(LABELS[kind]) for name, kind in KIND_OF_COLUMN.items()
    }
    assert {name: ids for name, ids in missing.items() if ids} == {}


def test_no_template_spells_out_the_words_of_stored_ids() -> None:
    """A dict of ids in a template is a second home for their words."""
    templates = (ROOT / "feedback_app" / "templates").rglob("*.html")
    spelt_out = re.compile(r"\}\[\w+\.(state|outcome|kind|source|channel|role|mode)\]")
    assert [path.name for path in templates if spelt_out.search(path.read_text())] == []
