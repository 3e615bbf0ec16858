"""Who works here: persons with a set of roles, their signed-in sessions, and the counting of misses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from feedback_app.models.base import Base, Id, Instant, id_column, one_of

ROLES = ("iro", "manager", "lead", "deputy", "administrator")
MISS_KINDS = ("link", "words", "sign_in", "second", "reset")
STAFF_TOKEN_KINDS = ("invite", "reset")
HOW_SIGNED_IN = ("password", "passkey", "sso")


class Person(Base):
    """A member of staff. Nothing is told of children here."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[str] = id_column()
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    totp_key_id: Mapped[str | None] = mapped_column(String(16))
    totp_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    totp_last_step: Mapped[int | None]
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    role_rows: Mapped[list[PersonRole]] = relationship(lazy="selectin", cascade="all, delete-orphan")

    @property
    def roles(self) -> frozenset[str]:
        """What this person may be here as; several at once is usual (settled.md)."""
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
    """One session of one person, on the server: the row is found by the hash of the cookie (promise 17)."""

    __tablename__ = "signed_in"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    began_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    stepped_up_at: Mapped[datetime | None] = mapped_column(Instant)
    how: Mapped[str] = mapped_column(String(8), default="password", server_default="password")
    second_factor_at: Mapped[datetime | None] = mapped_column(Instant)


class Passkey(Base):
    """A passkey of one person: its public half, and how often it was used (a copy counts backwards)."""

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
    """A code for whoever lost the second factor: its keyed digest, used once (promise 14)."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("person_id", "digest"),)

    id: Mapped[str] = id_column()
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class StaffToken(Base):
    """A link that lets a new member of staff in, or lets one choose a new password: its hash, once (promise 19)."""

    __tablename__ = "staff_token"
    __table_args__ = (CheckConstraint(one_of("kind", STAFF_TOKEN_KINDS), name="kind_known"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    made_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Identity(Base):
    """Who a person is to the council's own sign-in: tenant and object id, never the e-mail (promise 15)."""

    __tablename__ = "identity"

    tenant: Mapped[str] = mapped_column(String(64), primary_key=True)
    object_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), unique=True)
    added_at: Mapped[datetime] = mapped_column(Instant)


class Challenge(Base):
    """A question put to a browser while it signs in (passkey, single sign-on): answered once, within minutes."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[str | None] = mapped_column(Id)
    value: Mapped[str] = mapped_column(String(1000))
    ends_at: Mapped[datetime] = mapped_column(Instant)


class Miss(Base):
    """A link, code or sign-in that led nowhere, by keyed digest of the address or account: never the address itself."""

    __tablename__ = "miss"
    __table_args__ = (
        CheckConstraint(one_of("kind", MISS_KINDS), name="kind_known"),
        Index("ix_miss_kind_who_at", "kind", "who", "at"),
        Index("ix_miss_kind_at", "kind", "at"),
    )

    id: Mapped[str] = id_column()
    kind: Mapped[str] = mapped_column(String(10))
    who: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class IroMonth(Base):
    """An IRO's own target for one month (`YYYY-MM`), where it differs from 1+1: part-time, absent, on leave."""

    __tablename__ = "iro_month"
    __table_args__ = (
        CheckConstraint("target_took_part >= 0 AND target_did_not >= 0", name="targets_not_negative"),
        CheckConstraint("NOT leave OR (target_took_part = 0 AND target_did_not = 0)", name="leave_has_no_target"),
    )

    iro_id: Mapped[str] = mapped_column(Id, ForeignKey("person.id"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    target_took_part: Mapped[int] = mapped_column(default=1)
    target_did_not: Mapped[int] = mapped_column(default=1)
    leave: Mapped[bool] = mapped_column(default=False)
