"""What was changed on the page of settings: targets, codes, thresholds, terms, languages, words of reports.

Rows are added and never changed, so that the history stays and a past month keeps its rule (docs/decisions/0040).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Id, Instant

VALUE_LIMIT = 600
"""Characters of a value: an explanation in the words of reports is the longest."""
REASON_LIMIT = 400


class SettingChange(Base):
    """One setting as it was set on the page. What was set later has the higher number."""

    __tablename__ = "setting_change"
    __table_args__ = (Index("ix_setting_change_key", "key"),)

    #: That of its entry in the audit trail.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: Which setting, as `rulebook/` names it: `pn_codes`, `answer_years`, `target rate-my-review know_iro`.
    key: Mapped[str] = mapped_column(String(80))
    #: As it is typed; None: the product's own again, or that of the environment.
    value: Mapped[str | None] = mapped_column(String(VALUE_LIMIT))
    #: What held until then; None: nothing, as of a measure without a target.
    before: Mapped[str | None] = mapped_column(String(VALUE_LIMIT))
    #: `YYYY-MM`: the month from which it holds; None: it holds at once.
    month: Mapped[str | None] = mapped_column(String(7))
    reason: Mapped[str] = mapped_column(String(REASON_LIMIT), default="")
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"))
