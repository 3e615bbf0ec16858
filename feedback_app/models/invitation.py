"""An invitation of one child to one survey, its links (one for each issue), and its sealed envelope."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.models.base import Base, Id, Instant, id_column, one_of
from feedback_app.month import day_before_end
from feedback_app.survey.model import BANDS, LOOKS, MODES

#: National participation codes: how the child took part in the review.
PN_CODES = ("PN0", "PN1", "PN2", "PN3", "PN4", "PN5", "PN6", "PN7")
#: Codes that count as "took part" and "did not" where the manager changed nothing; PN0 (under 4) counts as neither.
#: Which count in a month is asked of `rulebook/counted_codes.py`.
TOOK_PART = ("PN1", "PN2", "PN3")
DID_NOT = ("PN4", "PN5", "PN6", "PN7")
#: Codes that say whether the child was at the review at all; PN0 says neither.
AT_REVIEW = ("PN1", "PN2", "PN3", "PN4")
NOT_AT_REVIEW = ("PN5", "PN6", "PN7")
NO_ANSWER = ("declined", "unreached", "unsafe")
"""What an officer notes of a child who gives no answer: said no; could not be reached; it was not safe to ask."""
INVITATION_OUTCOMES = ("waiting", "answered", "ended", *NO_ANSWER, "not_for_me")
DRAWN = "drawn"
"""How a child was chosen whom the app drew. No form offers it: only a draw makes it so (invitations/pick_for_me.py)."""
HOW_CHOSEN = (
    "next_due",
    "every_child",
    "random",
    "manager_chose",
    "child_asked",
    "officer_chose",
    "imported",
    DRAWN,
)


class Invitation(Base):
    """One child asked to answer one survey. Who the child is stands only in the envelope (docs/rules.md, Data)."""

    __tablename__ = "invitation"
    __table_args__ = (
        CheckConstraint(one_of("band", BANDS), name="band_known"),
        CheckConstraint(one_of("look", LOOKS), name="look_known"),
        CheckConstraint(one_of("outcome", INVITATION_OUTCOMES), name="outcome_known"),
        CheckConstraint(one_of("how_chosen", HOW_CHOSEN), name="how_chosen_known"),
        CheckConstraint(f"mode IS NULL OR {one_of('mode', MODES)}", name="mode_known"),
        CheckConstraint(
            f"pn_code IS NULL OR {one_of('pn_code', PN_CODES)}", name="pn_code_known"
        ),
        # Which surveys are about a review is a fact of the survey (`about_review` in survey.yaml), not of this table.
        CheckConstraint(
            "(mode IS NULL) = (pn_code IS NULL)", name="review_facts_together"
        ),
        CheckConstraint("issue_number >= 1", name="issue_number_positive"),
        CheckConstraint(
            f"(how_chosen = '{DRAWN}') = (draws_unused IS NOT NULL)",
            name="drawn_by_a_draw",
        ),
        Index("ix_invitation_iro_id_outcome", "iro_id", "outcome"),
        Index("ix_invitation_outcome_ends_at", "outcome", "ends_at"),
        Index("ix_invitation_survey_issued_at", "survey", "issued_at"),
    )

    id: Mapped[str] = id_column()
    survey: Mapped[str] = mapped_column(String(40))
    survey_version: Mapped[int]
    band: Mapped[str] = mapped_column(String(5))
    #: Age marks, as the officer recorded them.
    over5: Mapped[bool] = mapped_column(default=True)
    over16: Mapped[bool] = mapped_column(default=False)
    over18: Mapped[bool] = mapped_column(default=False)
    look: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(12), default="en")
    #: How the review was held, and the child's participation code; both only for a survey about a review.
    mode: Mapped[str | None] = mapped_column(String(10))
    pn_code: Mapped[str | None] = mapped_column(String(3))
    #: The child's IRO; None where the child has none.
    iro_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    #: Who made the invitation.
    issuer_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    #: The campaign in which it was made; None outside one.
    campaign_id: Mapped[str | None] = mapped_column(
        Id, ForeignKey("campaign.id"), index=True
    )
    how_chosen: Mapped[str] = mapped_column(String(16))
    #: Of a child drawn by the app: how many draws of the month, in the same half, the officer had left unused before.
    draws_unused: Mapped[int | None]
    #: What the officer ticked of what was done before: their side of it, kept apart from what the child says.
    spoke_before: Mapped[bool] = mapped_column(default=False, server_default=false())
    letter_sent: Mapped[bool] = mapped_column(default=False, server_default=false())
    #: Goes up with each new link; token and four words are derived from it and the link key.
    issue_number: Mapped[int] = mapped_column(default=1)
    link_key_id: Mapped[str] = mapped_column(String(16))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    #: Midnight in London after the day printed on the card.
    ends_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(String(10), default="waiting")
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
    #: Whose it was before they left the service: it was handed over, or ended, then; None once that is taken back.
    handed_over_by_id: Mapped[str | None] = mapped_column(Id)
    links: Mapped[list[Link]] = relationship(back_populates="invitation")

    @property
    def last_day(self) -> date:
        """Return the last day on which its link works, as it is printed."""
        return day_before_end(self.ends_at)


class Link(Base):
    """One issue of an invitation, found by the keyed digest of its token or of its four words.

    Neither token nor words are stored.
    """

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("invitation_id", "issue_number"),)

    token_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    words_digest: Mapped[str] = mapped_column(String(64), unique=True)
    invitation_id: Mapped[str] = mapped_column(ForeignKey("invitation.id"))
    issue_number: Mapped[int]
    link_key_id: Mapped[str] = mapped_column(String(16))
    #: When it ends, or ended: before its card says where it was withdrawn or issued again.
    ends_at: Mapped[datetime] = mapped_column(Instant)
    #: Midnight in London after the day printed on its card; never changed.
    card_ends_at: Mapped[datetime] = mapped_column(Instant)
    #: The issue whose card was lost; None for the first, and for one that followed another that was over already.
    replaces: Mapped[int | None]
    invitation: Mapped[Invitation] = relationship(back_populates="links")

    @property
    def last_day(self) -> date:
        """Return the last day that is printed on its card."""
        return day_before_end(self.card_ends_at)


class Envelope(Base):
    """The council's reference for the child, sealed under its own keys; deleted first (docs/records.md)."""

    __tablename__ = "envelope"

    invitation_id: Mapped[str] = mapped_column(
        Id, ForeignKey("invitation.id"), primary_key=True
    )
    key_id: Mapped[str] = mapped_column(String(16))
    value: Mapped[bytes] = mapped_column(LargeBinary)
    #: Keyed digest of the normalised reference, to find a link by exact reference.
    reference_digest: Mapped[str] = mapped_column(String(64), index=True)
