"""A child's link that was sent by text message or e-mail, and what became of the sending (docs/decisions/0031)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from feedback_app.models.base import Base, Instant, id_column, one_of

WAYS = ("sms", "email")
TO_WHOM = ("child", "carer")
STATES = ("waiting", "handed_over", "delivered", "failed", "gone")
"""Not yet taken by Notify; taken; arrived; will not arrive; the link was over before it was taken."""
REASONS = (
    "wrong_address",
    "not_delivered",
    "not_now",
    "refused",
    "given_up",
    "restored",
    "unreadable",
)
"""Why a sending failed: codes of our own, nothing of what Notify said."""


class Sending(Base):
    """One sending of one issue of a link. The address is sealed, and goes with the invitation's envelope."""

    __tablename__ = "sending"
    __table_args__ = (
        CheckConstraint(one_of("way", WAYS), name="way_known"),
        CheckConstraint(one_of("to_whom", TO_WHOM), name="to_whom_known"),
        CheckConstraint(one_of("state", STATES), name="state_known"),
        CheckConstraint(
            f"reason IS NULL OR {one_of('reason', REASONS)}", name="reason_known"
        ),
        CheckConstraint(
            "(state = 'failed') = (reason IS NOT NULL)", name="reason_of_failed"
        ),
        CheckConstraint("(value IS NULL) = (key_id IS NULL)", name="sealed_under_key"),
        Index("ix_sending_invitation_id", "invitation_id"),
        Index("ix_sending_due_at", "due_at"),
        Index("ix_sending_person_id_made_at", "person_id", "made_at"),
    )

    id: Mapped[str] = id_column()
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"))
    #: The issue that was sent: a link that was issued anew meanwhile is another.
    issue_number: Mapped[int]
    way: Mapped[str] = mapped_column(String(5))
    to_whom: Mapped[str] = mapped_column(String(5))
    #: The address; None once the envelope is gone.
    key_id: Mapped[str | None] = mapped_column(String(16))
    value: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(11), default="waiting")
    reason: Mapped[str | None] = mapped_column(String(13))
    made_at: Mapped[datetime] = mapped_column(Instant)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    #: Notify's own id of it, to ask what became of it.
    notify_id: Mapped[str] = mapped_column(String(36), default="", server_default="")
    state_at: Mapped[datetime] = mapped_column(Instant)
    #: How often it was tried; once it was taken, how often Notify was asked.
    tries: Mapped[int] = mapped_column(default=0)
    #: When the worker looks at it next; None once nothing more is to be done.
    due_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def is_open(self) -> bool:
        """Whether something may still become of it."""
        return self.state in ("waiting", "handed_over")
