"""What the demo remembers between runs: its random passwords and its last link, mode 0600, beside its database."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from feedback_app.config import ROOT
from feedback_app.models.person import ROLES, Person
from feedback_app.web.context import Instance

FILE = ROOT / "var" / "demo.json"
EMAILS = {
    "iro": "officer.amber@demo.invalid",
    "manager": "manager.moss@demo.invalid",
    "lead": "lead.linden@demo.invalid",
    "deputy": "deputy.dale@demo.invalid",
    "administrator": "administrator.ash@demo.invalid",
    "business_support": "support.sedge@demo.invalid",
}


@dataclass
class DemoState:
    """Passwords by role, and the invitation whose link was announced last."""

    passwords: dict[str, str]
    invitation_id: str = ""
    file: str = str(FILE)

    @classmethod
    def read_or_make(cls) -> DemoState:
        """The remembered state, or a new one with new passwords."""
        file = FILE
        if file.exists():
            state = cls(**json.loads(file.read_text()), file=str(file))
            missing = [role for role in ROLES if role not in state.passwords]
            state.passwords |= {role: secrets.token_urlsafe(12) for role in missing}
            if missing:  # a role is newer than the file
                state.save()
            return state
        state = cls({role: secrets.token_urlsafe(12) for role in ROLES}, file=str(file))
        state.save()
        return state

    def save(self) -> None:
        """Write the state to its file, readable by this user alone (mode 0600)."""
        path = Path(self.file)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(
            json.dumps({k: v for k, v in asdict(self).items() if k != "file"}, indent=1)
        )

    def email_of(self, role: str) -> str:
        """The e-mail address of the role's invented person."""
        return EMAILS[role]

    def is_filled(self, parts: Instance) -> bool:
        """Whether this database holds the demo already."""
        with parts.database.new_session(reading=True) as session:
            return (
                session.scalar(
                    select(Person.id).where(Person.email == EMAILS["manager"])
                )
                is not None
            )
