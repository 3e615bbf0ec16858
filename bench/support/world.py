"""An application with people and children in it, made through the product's own verbs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from bench.support import quick
from bench.support.client import CheckedClient, OwnPages
from feedback_app import audit, clock
from feedback_app.app import create_app
from feedback_app.child import stamp
from feedback_app.child.receive import Received, receive_submission
from feedback_app.complaints.receiving import SentComplaint, store_complaint
from feedback_app.config import Settings, read_settings
from feedback_app.invitations import issue as invitations
from feedback_app.manager.actions import verbs as actions
from feedback_app.manager.team import verbs as team
from feedback_app.models.action import ACTION_BANDS
from feedback_app.models.invitation import Invitation
from feedback_app.models.person import Person
from feedback_app.models.work import WorkChange
from feedback_app.month import Month
from feedback_app.people.persons import add_person
from feedback_app.reports.figures.board import team_board
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import AtWork
from feedback_app.reports.publishing import stored
from feedback_app.responses import keyed_in as keyed
from feedback_app.responses import read as sends
from feedback_app.responses import spotlight
from feedback_app.responses.interviews import read_notes
from feedback_app.survey.catalogue import Catalogue
from feedback_app.survey.model import LOOK_OF_BAND
from feedback_app.web import context, service_details, staff_sessions
from feedback_app.web.context import Instance, instance
from feedback_app.web.second_factor import may_skip_second_step

NOON = datetime(2026, 10, 14, 11, 0, tzinfo=UTC)
"""A Wednesday in October 2026, noon in London: the present of every test that does not say otherwise."""
LINK_END = datetime(2026, 10, 29, tzinfo=UTC)
"""When a link made at NOON ends: midnight in London after 28 October, which its card names."""
PASSWORD = "a long and quiet password"
RATE_MY_REVIEW = "rate-my-review"
Answers = Mapping[str, Sequence[str]]


@dataclass
class World:
    """One application; every verb commits."""

    app: Flask
    parts: Instance
    people: dict[str, Person] = field(default_factory=dict)

    @classmethod
    def make(
        cls,
        database_url: str,
        folder: Path,
        *,
        catalogue: Catalogue | None = None,
        **settings: Any,
    ) -> World:
        """An application on that database, keys in that folder; its surveys are the shipped ones, or `catalogue`."""
        usual = {
            "mode": "test",
            "keys_dir": folder / "keys",
            "erased_file": folder / "erased",
            "log_level": "WARNING",
            "second_factor": "may_skip",
            "unused_days": 60,
            "starter_waits": False,
        }
        found: Settings = read_settings(
            {}, database_url=database_url, **(usual | settings)
        )
        app = create_app(found, catalogue=catalogue or quick.surveys())
        app.jinja_env.bytecode_cache = quick.TEMPLATES
        app.test_client_class = OwnPages
        return cls(app, instance(app))

    def close(self) -> None:
        """Let go of the database."""
        self.parts.database.engine.dispose()

    def change_settings(self, **settings: Any) -> None:
        """Go on with other settings, as after a new start."""
        changed = self.parts.settings.model_copy(update=settings)
        service_details.DETAILS.get(self.app).started_with = changed
        self.parts = context.replace_parts(self.app, settings=changed)

    # people

    def person(self, name: str, *roles: str, dear: bool = False) -> Person:
        """A member of staff, made on first mention; `dear`: with a password hash at its true cost."""
        if name not in self.people:
            with self.app.app_context(), self.parts.database.short_write() as session:
                made = self.people[name] = add_person(
                    session,
                    self.parts.keys.audit,
                    email=f"{hashlib.sha256(name.encode()).hexdigest()[:8]}@staff.invalid",
                    name=name,
                    roles=roles or ["iro"],
                    password=PASSWORD if dear else None,
                )
                made.password_hash = made.password_hash or quick.cheap_hash(PASSWORD)
        return self.people[name]

    def iro(self, name: str = "Officer Oak") -> Person:
        """An IRO."""
        return self.person(name, "iro")

    def manager(self, name: str = "Manager Maple") -> Person:
        """The IRO manager."""
        return self.person(name, "manager")

    def lead(self, name: str = "Lead Lime") -> Person:
        """The safeguarding lead."""
        return self.person(name, "lead")

    def administrator(self, name: str = "Administrator Acacia") -> Person:
        """The administrator."""
        return self.person(name, "administrator")

    def client(self) -> CheckedClient:
        """A browser of nobody's, which checks each page it fetches."""
        return CheckedClient(self.app)

    def sign_in(self, person: Person) -> CheckedClient:
        """Return a browser of that person's with a session of theirs, begun as a right password begins it.

        For tests that signing in is not the subject of: no form, no password, a sixth of the processor.
        """
        client = self.client()
        with (
            self.app.test_request_context(),
            self.parts.database.short_write() as session,
        ):
            row = session.get_one(Person, person.id)
            secret, _row = staff_sessions.begin_session(session, row)
            if may_skip_second_step(session, row):
                audit.write_entry(
                    session, context.keys().audit, "signed_in", person_id=row.id
                )
            cookie = staff_sessions.cookie_name()
        client.http.set_cookie(cookie, secret)
        return client

    def sign_in_with_password(self, person: Person) -> CheckedClient:
        """Return a browser in which that person has filled in the sign-in form."""
        client = self.client()
        client.submit(
            "/sign-in", {"email": person.email, "password": PASSWORD}, expect=303
        )
        return client

    # children

    def invitation(
        self,
        iro: Person | None = None,
        *,
        band: str = "8-11",
        pn: str = "PN1",
        mode: str = "in_person",
        reference: str = "CASE-1",
        survey: str = RATE_MY_REVIEW,
        look: str | None = None,
        **more: Any,
    ) -> Invitation:
        """An invitation, made now: to Rate my Review with its meeting's facts, or to another survey without any."""
        who = iro or self.iro()
        rated = survey == RATE_MY_REVIEW
        asked = invitations.Asked(
            survey=survey,
            survey_version=self.parts.catalogue.find_survey(survey).version,
            band=band,
            look=look or LOOK_OF_BAND[band],
            reference=reference,
            how_chosen="next_due",
            pn_code=pn if rated else None,
            mode=mode if rated else None,
            iro_id=who.id if rated else None,
            issuer_id=who.id,
            **more,
        )
        with self.app.app_context(), self.parts.database.short_write() as session:
            return invitations.issue_invitation(
                session, self.parts.keys, asked, days=self.parts.settings.link_days
            )

    def token(self, invitation: Invitation) -> str:
        """The token of its current link."""
        with self.session() as session:
            return invitations.open_link(
                self.parts.keys, session.get_one(Invitation, invitation.id)
            ).token

    def words(self, invitation: Invitation) -> str:
        """The four words of its current link."""
        with self.session() as session:
            return invitations.open_link(
                self.parts.keys, session.get_one(Invitation, invitation.id)
            ).words

    def session(self, *, reading: bool = True) -> Session:
        """A database session of one's own."""
        return self.parts.database.new_session(reading=reading)

    def choose_numbers(self) -> list[Month]:
        """What the worker does for reports: choose the numbers that may leave; of which months it did."""
        return stored.choose_wanted(
            self.parts.database, self.parts.catalogue.monthly_versions()
        )

    def form(
        self,
        invitation: Invitation,
        answers: Answers | None = None,
        texts: Mapping[str, str] | None = None,
        *,
        loaded_at: datetime | None = None,
        **fields: Sequence[str] | str,
    ) -> dict[str, list[str]]:
        """What a page that was loaded now would send."""
        token = self.token(invitation)
        with self.session() as session:
            visit = sends.visit_of(
                session,
                self.parts.catalogue,
                invitation,
                Month.containing(clock.today()),
            )
        made: dict[str, list[str]] = {
            "link": [token],
            "page": [
                stamp.make_stamp(
                    self.parts.keys, token, visit, loaded_at or clock.now()
                )
            ],
        }
        made |= {
            f"q-{question}": list(options)
            for question, options in (answers or {}).items()
        }
        made |= {f"q-{question}": [text] for question, text in (texts or {}).items()}
        made |= {
            name: [value] if isinstance(value, str) else list(value)
            for name, value in fields.items()
        }
        return made

    def receive(self, form: Mapping[str, Sequence[str]]) -> Received:
        """Hand a send to the product."""
        with self.app.app_context(), self.session(reading=False) as session:
            received = receive_submission(session, self.parts, form)
            session.commit()
            return received

    def response(
        self,
        iro: Person | None = None,
        *,
        day: date | None = None,
        month: str | None = None,
        band: str = "8-11",
        pn: str = "PN1",
        channel: str = "self",
        mode: str = "in_person",
        answers: Answers | None = None,
        texts: Mapping[str, str] | None = None,
        iro_sees: str = "no",
        wishes: Mapping[str, str] | None = None,
        **more: Any,
    ) -> str:
        """One child's response on a day (or on the 10th of a month); its id."""
        on = day or (date.fromisoformat(f"{month}-10") if month else clock.today())
        at = datetime.combine(on, time(11), clock.LONDON)
        held = clock.set_clock(at, everywhere=True)
        with held:
            invitation = self.invitation(iro, band=band, pn=pn, mode=mode, **more)
            fields = {
                "iro_sees": iro_sees,
                "helped": "carer" if channel == "helped" else "none",
                **(wishes or {}),
            }
            form = self.form(
                invitation,
                answers,
                texts,
                loaded_at=at - timedelta(minutes=1),
                **fields,
            )
            if channel in ("verbal", "paper"):
                self._keyed(
                    invitation, form, on, "verbal" if channel == "verbal" else "paper"
                )
            else:
                assert self.receive(form).verdict == "thanks"
        return self.response_id(invitation)

    def written_down(self, iro: Person, day: date, *, pn: str = "PN1") -> None:
        """What a child said aloud on an earlier day, which their IRO writes down now."""
        invitation = self.invitation(iro, pn=pn)
        form = self.form(invitation, iro_sees="no", helped="none")
        self._keyed(invitation, form, day, "verbal")

    def complaint(self, what: str, **more: str) -> str:
        """Somebody's complaint about how answers are kept; its number."""
        sent = SentComplaint(what, **more)
        with self.app.app_context(), self.parts.database.short_write() as session:
            return store_complaint(session, self.parts.keys, sent, at=clock.now())

    def action(self, words: str = "Biscuits", *, show: bool = True, **more: Any) -> str:
        """What five children said of something, and what is done about it, in words of their own for each band."""
        by = self.manager().id
        written = actions.Written(
            theme=f"{words} for all",
            promise=f"{words} at each review",
            owner_id=by,
            due_on=clock.today(),
            state="done",
            said_by=5,
            words={
                band: (f"{words} ({band}).", f"We did it ({band}).")
                for band in ACTION_BANDS
            },
        )
        with self.app.app_context(), self.parts.database.short_write() as session:
            made = actions.add_action(
                session, self.parts.keys.audit, replace(written, **more), person_id=by
            )
            if show:
                actions.publish_action(
                    session, self.parts.keys.audit, made, version=1, person_id=by
                )
            return made.id

    def enter_target(
        self,
        iro: Person,
        month: str,
        took_part: int,
        did_not: int,
        *,
        only: bool = False,
        reason: str = "",
    ) -> None:
        """The manager gives an IRO a target from a month on, or for it alone."""
        typed = team.TypedTarget(
            Month.parse(month), Target(took_part, did_not), only_month=only
        )
        self._enter(
            iro, reason, lambda desk, known: team.set_target(desk, known, typed)
        )

    def enter_leave(
        self, iro: Person, first: date, last: date, *, reason: str = ""
    ) -> int:
        """The manager enters leave; its number."""
        return self._enter(
            iro, reason, lambda desk, known: team.add_leave(desk, known, first, last)
        )

    def enter_days(
        self,
        iro: Person,
        first: date | None = None,
        last: date | None = None,
        *,
        reason: str = "",
    ) -> None:
        """The manager enters the first and the last day of work."""
        self._enter(
            iro, reason, lambda desk, known: team.set_days(desk, known, first, last)
        )

    def _enter(
        self,
        iro: Person,
        reason: str,
        enter: Callable[[team.Desk, AtWork], WorkChange],
    ) -> int:
        by = self.manager().id
        with self.app.app_context(), self.parts.database.short_write() as session:
            board = team_board(
                session,
                RATE_MY_REVIEW,
                Month.containing(clock.today()),
                self.parts.settings,
            )
            known = next(row.known for row in board.rows if row.iro_id == iro.id)
            assert known is not None
            desk = team.Desk(session, self.parts.keys, board.book, by, reason)
            return enter(desk, known).number

    def spotlight(self, month: str, question: str | None) -> None:
        """The manager's choice for a month."""
        survey, by = self.parts.catalogue.find_survey(RATE_MY_REVIEW), self.manager().id
        with self.app.app_context(), self.parts.database.short_write() as session:
            spotlight.choose_question(
                session,
                self.parts.keys.audit,
                survey,
                Month.parse(month),
                question,
                person_id=by,
            )

    def response_id(self, invitation: Invitation) -> str:
        """The id of the response to an invitation."""
        from sqlalchemy import select

        from feedback_app.models.response import Response

        with self.session() as session:
            found = session.scalar(
                select(Response.id).where(Response.invitation_id == invitation.id)
            )
        assert found is not None
        return found

    def _keyed(
        self,
        invitation: Invitation,
        form: Mapping[str, Sequence[str]],
        day: date,
        channel: sends.Channel,
    ) -> None:
        with self.app.app_context(), self.parts.database.short_write() as session:
            visit = sends.visit_of(
                session,
                self.parts.catalogue,
                invitation,
                Month.containing(clock.today()),
            )
            sent, problems = sends.read_sent(
                self.parts.catalogue, visit, invitation, form, channel=channel
            )
            assert not problems
            kept = keyed.record_keyed_in(
                session,
                self.parts.keys,
                invitation,
                sent,
                day=day,
                person_id=invitation.issuer_id,
                talk_days=self.parts.settings.talk_days,
                notes=read_notes(form) if channel == "verbal" else None,
            )
            assert kept
