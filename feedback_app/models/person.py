"""Staff: persons with roles, their sessions and second factors, counted misses, and an IRO's own monthly target."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.models.base import Base, Id, Instant, id_column, one_of

ROLES = ("iro", "manager", "lead", "deputy", "administrator", "business_support")
STAFF_TOKEN_KINDS = ("invite", "reset")
HOW_SIGNED_IN = ("password", "passkey", "sso")


class Person(Base):
    """A member of staff."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[str] = id_column()
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    #: None: signs in by passkey or single sign-on only.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    #: Authenticator app: sealed seed, its key, when it was confirmed, the last time step used (no code twice).
    totp_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_key_id: Mapped[str | None] = mapped_column(String(16))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    totp_last_step: Mapped[int | None]
    #: When the person left the service; `active` is False from then on, or while an account is switched off.
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    role_rows: Mapped[list[PersonRole]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> frozenset[str]:
        """Return the person's roles, often several."""
        return frozenset(row.role for row in self.role_rows)

    @property
    def main_role(self) -> str:
        """The role by which a file about a child names this person; "" for somebody without a role."""
        first = ("lead", "deputy", "manager", *ROLES)
        return next((role for role in first if role in self.roles), "")


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint(one_of("role", ROLES), name="role_known"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class SignedIn(Base):
    """One session on the server; `id` is the hash of the cookie (promise 17)."""

    __tablename__ = "signed_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    #: When the person last proved again who they are, for actions that ask for it.
    stepped_up_at: Mapped[datetime | None] = mapped_column(Instant)
    how: Mapped[str] = mapped_column(
        String(8), default="password", server_default="password"
    )
    #: What it is, as a person knows it: "Firefox on Windows". For the list of one's own sessions alone.
    browser: Mapped[str] = mapped_column(String(60), default="", server_default="")
    #: None until the second step of signing in is done.
    second_factor_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A passkey of one person: its public key and signature counter (a counter that falls shows a copied key)."""

    __tablename__ = "passkey"

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """A single-use code for somebody who lost the second factor, as a keyed digest (promise 14)."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffToken(Base):
    """A single-use link to open a new account or choose a new password; `id` is the token's hash (promise 19)."""

    __tablename__ = "staff_token"
    __table_args__ = (
        CheckConstraint(one_of("kind", STAFF_TOKEN_KINDS), name="kind_known"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class CalendarLink(Base):
    """The address of one person's private calendar; `id` is the hash of its token, which is shown once and not kept."""

    __tablename__ = "calendar_link"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    made_at: Mapped[datetime] = mapped_column(Instant)


class LinkRequest(Base):
    """Somebody asked for a link to a new password; the worker judges it and deletes it (people/link_requests.py)."""

    __tablename__ = "link_request"

    id: Mapped[str] = id_column()
    #: Keyed digest of the e-mail that was typed, of a person or of nobody.
    account: Mapped[str] = mapped_column(String(64))
    #: Whether that account's person had signed in on the device before.
    on_known_device: Mapped[bool]
    asked_at: Mapped[datetime] = mapped_column(Instant)


class Identity(Base):
    """A person's identity in the council's single sign-on: tenant and object id, never the e-mail (promise 15)."""

    __tablename__ = "identity"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class Challenge(Base):
    """A pending step of signing in (passkey, single sign-on, new app); used once, within minutes."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(Id)
    #: What the kind needs to check the reply: a nonce, a challenge, a sealed seed.
    value: Mapped[str] = mapped_column(String(1000))
    ends_at: Mapped[datetime] = mapped_column(Instant)


class Miss(Base):
    """A failed link, code or sign-in, counted for rate limits."""

    __tablename__ = "miss"
    __table_args__ = (
        Index("ix_miss_kind_who_at", "kind", "who", "at"),
        Index("ix_miss_kind_at", "kind", "at"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(10))
    #: Keyed digest of the address or account, never the address itself.
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class IroMonth(Base):
    """An IRO's own target for one month, as it was kept before `models/work.py`; read and written by nothing any more.

    The table stays for this upgrade, during which pages of the former version still ask for it (decision 0015). Its
    rows were copied; a later migration drops it.
    """

    __tablename__ = "iro_month"
    __table_args__ = (
        CheckConstraint(
            "target_took_part >= 0 AND target_did_not >= 0", name="targets_not_negative"
        ),
        CheckConstraint(
            "NOT leave OR (target_took_part = 0 AND target_did_not = 0)",
            name="leave_has_no_target",
        ),
    )

    iro_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    #: `YYYY-MM`.
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    target_took_part: Mapped[int] = mapped_column(default=1)
    target_did_not: Mapped[int] = mapped_column(default=1)
    leave: Mapped[bool] = mapped_column(default=False)
