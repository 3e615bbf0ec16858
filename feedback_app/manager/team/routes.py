"""The manager's pages of the team: who works when, with which target, and what becomes of a leaver's links."""

from __future__ import annotations

from collections.abc import Callable

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    url_for,
)
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.invitations.hand_over import open_links_of
from feedback_app.manager.team import verbs
from feedback_app.manager.team.forms import (
    DaysForm,
    LeaveForm,
    LeavingForm,
    ReasonedForm,
    ServiceForm,
    TargetForm,
)
from feedback_app.manager.team.views import (
    Member,
    Team,
    colleagues_for_links,
    find_member,
    history_of,
    read_team,
)
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.figures.targets import Target
from feedback_app.reports.figures.working_months import AtWork, Leave
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("team", __name__, url_prefix="/manager/team")


@room.get("")
@policy("manager")
def show_team() -> str:
    """Everybody with the targets of this month and the next three."""
    return render_template("manager/team/team.html", team=_team(), say=wording)


@room.get("/service")
@policy("manager")
def service_target() -> str:
    """The targets of everybody, and the form that changes them from a month on."""
    team, form = _team(), ServiceForm()
    coming = team.board.month.next
    usual = team.board.book.usual_targets.in_month(coming)
    form.month.data, form.children.data = coming.name, usual.children
    form.took_part.data, form.did_not.data = usual.each.took_part, usual.each.did_not
    return _service_page(team, form)


@room.post("/service")
@policy("manager")
def set_service_target() -> AnyResponse:
    """Keep the targets of everybody."""
    team, form = _team(), ServiceForm()
    if not form.validate():
        return make_response(_service_page(team, form), 400)
    each = Target(form.took_part.data, form.did_not.data)
    try:
        verbs.set_service_target(
            _desk(team, form), form.month.typed_month, form.children.data, each
        )
    except verbs.ReasonNeeded as needed:
        form.ask_for_reason(needed)
        return make_response(_service_page(team, form), 400)
    flash(_("Saved. It holds from %(month)s on.", month=form.month.typed_month.name))
    context.db_session().commit()
    return redirect(url_for("team.service_target"), 303)


@room.get("/<person_id>")
@policy("manager")
def show_member(person_id: str) -> str:
    """One IRO's months, leave, days of work and links, and what was entered."""
    team, member = _find(person_id)
    db = context.db_session()
    return render_template(
        "manager/team/member.html",
        member=member,
        history=history_of(db, team.board.book, person_id),
        links=len(open_links_of(db, person_id)),
        today=clock.today(),
        say=wording,
    )


@room.get("/<person_id>/target")
@policy("manager")
def member_target(person_id: str) -> str:
    """The form of a target, from next month on."""
    _all, member = _find(person_id)
    form, coming = TargetForm(), Month.containing(clock.today()).next
    own, target = member.plan.own_row(coming), member.plan.usual.in_month(coming).each
    if own is not None and own.took_part is not None and own.did_not is not None:
        target = Target(own.took_part, own.did_not)
    form.month.data, form.how_long.data, form.which.data = coming.name, "on", "own"
    form.took_part.data, form.did_not.data = target.took_part, target.did_not
    form.in_words.data = own.in_words if own else ""
    return _form_page(member, form, "target")


@room.post("/<person_id>/target")
@policy("manager")
def set_member_target(person_id: str) -> AnyResponse:
    """Keep the target."""
    team, member = _find(person_id)
    form = TargetForm()
    if not form.validate():
        return make_response(_form_page(member, form, "target"), 400)
    return _enter(
        team,
        member,
        form,
        "target",
        lambda desk, known: verbs.set_target(desk, known, form.typed_target()),
    )


@room.get("/<person_id>/leave")
@policy("manager")
def member_leave(person_id: str) -> str:
    """The form of a leave."""
    return _form_page(_find(person_id)[1], LeaveForm(), "leave")


@room.post("/<person_id>/leave")
@policy("manager")
def add_leave(person_id: str) -> AnyResponse:
    """Keep the leave."""
    team, member = _find(person_id)
    form = LeaveForm()
    if not form.validate():
        return make_response(_form_page(member, form, "leave"), 400)
    try:
        return _enter(
            team,
            member,
            form,
            "leave",
            lambda desk, known: verbs.add_leave(
                desk, known, form.first.data, form.last.data
            ),
        )
    except verbs.LeaveOverlaps as taken:
        form.first.errors = [
            _(
                "These days are leave already: %(first)s to %(last)s. Take that back first, or change the days.",
                first=format_date(taken.leave.first, "d MMMM y"),
                last=format_date(taken.leave.last, "d MMMM y"),
            )
        ]
        return make_response(_form_page(member, form, "leave"), 400)


@room.get("/<person_id>/leave/<int:change_number>/back")
@policy("manager")
def ask_leave_back(person_id: str, change_number: int) -> str:
    """Ask before a leave is taken back; why, where a month changes whose report had been due."""
    _all, member = _find(person_id)
    _leave(member, change_number)
    return _form_page(member, ReasonedForm(), "leave_back", change_number)


@room.post("/<person_id>/leave/<int:change_number>/back")
@policy("manager")
def take_leave_back(person_id: str, change_number: int) -> AnyResponse:
    """The leave is not taken after all."""
    team, member = _find(person_id)
    leave, form = _leave(member, change_number), ReasonedForm()
    if not form.validate():
        page = _form_page(member, form, "leave_back", change_number)
        return make_response(page, 400)
    return _enter(
        team,
        member,
        form,
        "leave_back",
        lambda desk, known: verbs.take_leave_back(desk, known, leave),
        change_number,
    )


@room.get("/<person_id>/days")
@policy("manager")
def member_days(person_id: str) -> str:
    """The form of the first and the last day of work."""
    _all, member = _find(person_id)
    form = DaysForm()
    form.first.data, form.last.data = member.plan.first_day, member.plan.last_day
    return _form_page(member, form, "days")


@room.post("/<person_id>/days")
@policy("manager")
def set_member_days(person_id: str) -> AnyResponse:
    """Keep them."""
    team, member = _find(person_id)
    form = DaysForm()
    if not form.validate():
        return make_response(_form_page(member, form, "days"), 400)
    begins = member.known.counts_from(form.first.data)
    if form.last.data and form.last.data < begins:
        form.say_wrong_order(begins)
        return make_response(_form_page(member, form, "days"), 400)
    return _enter(
        team,
        member,
        form,
        "days",
        lambda desk, known: verbs.set_days(
            desk, known, form.first.data, form.last.data
        ),
    )


@room.get("/<person_id>/leaving")
@policy("manager")
def ask_leaving(person_id: str) -> str:
    """Ask for the last day, and who takes the links that wait."""
    team, member = _find(person_id)
    form = LeavingForm()
    form.last.data = member.plan.last_day or clock.today()
    return _leaving_page(team, member, form)


@room.post("/<person_id>/leaving")
@policy("manager")
def note_leaving(person_id: str) -> AnyResponse:
    """Keep the last day; the links go to a colleague, or end."""
    db = context.db_session()
    team, member = _find(person_id)
    form = LeavingForm()
    if open_links_of(db, person_id):
        form.offer_colleagues(colleagues_for_links(db, team, member))
    else:
        del form.links_to
    holds = form.validate()
    if holds and form.last.data < member.plan.first_day:
        form.say_wrong_order(member.plan.first_day)
        holds = False
    if not holds:
        return make_response(_leaving_page(team, member, form), 400)
    links_to = form.links_to.data if "links_to" in form else ""
    try:
        _row, moved = verbs.note_leaving(
            _desk(team, form), member.known, form.last.data, links_to
        )
    except verbs.ReasonNeeded as needed:
        form.ask_for_reason(needed)
        return make_response(_leaving_page(team, member, form), 400)
    flash(_moved_words(member, moved, links_to))
    db.commit()
    return redirect(url_for("team.show_member", person_id=person_id), 303)


@room.get("/<person_id>/leaving/back")
@policy("manager")
def ask_leaving_back(person_id: str) -> AnyResponse:
    """Ask before it is taken back that somebody leaves; of who does not leave, or who only an administrator takes back,
    their own page.
    """
    _all, member = _find(person_id)
    if not member.may_stay:
        return redirect(url_for("team.show_member", person_id=person_id), 303)
    return make_response(_form_page(member, ReasonedForm(), "leaving_back"))


@room.post("/<person_id>/leaving/back")
@policy("manager")
def take_leaving_back(person_id: str) -> AnyResponse:
    """They stay after all; their links are theirs again as far as they still wait."""
    team, member = _find(person_id)
    form = ReasonedForm()
    if not member.may_stay:
        abort(404)
    if not form.validate():
        return make_response(_form_page(member, form, "leaving_back"), 400)
    return _enter(
        team,
        member,
        form,
        "leaving_back",
        verbs.take_leaving_back,
    )


def _enter(
    team: Team,
    member: Member,
    form: ReasonedForm,
    what: str,
    enter: Callable[[verbs.Desk, AtWork], object],
    number: int = 0,
) -> AnyResponse:
    """Enter one thing of an IRO, or ask why where it changes months whose report had been due."""
    try:
        enter(_desk(team, form), member.known)
    except verbs.ReasonNeeded as needed:
        form.ask_for_reason(needed)
        return make_response(_form_page(member, form, what, number), 400)
    flash(_("Saved. See below what it means for the months."))
    context.db_session().commit()
    return redirect(url_for("team.show_member", person_id=member.person_id), 303)


def _moved_words(member: Member, moved: int, links_to: str) -> str:
    if not links_to:
        return str(_("Saved. %(name)s has no open links.", name=member.name))
    if links_to == verbs.END_LINKS:
        return str(
            ngettext(
                "Saved. %(num)s link has ended.",
                "Saved. %(num)s links have ended.",
                moved,
            )
        )
    return str(
        ngettext(
            "Saved. %(num)s link was handed over.",
            "Saved. %(num)s links were handed over.",
            moved,
        )
    )


def _team() -> Team:
    survey = context.catalogue().monthly_survey().key
    return read_team(context.db_session(), survey, context.settings())


def _find(person_id: str) -> tuple[Team, Member]:
    team = _team()
    member = find_member(team, person_id)
    if member is None:
        abort(404)
    return team, member


def _leave(member: Member, number: int) -> Leave:
    found = next((one for one in member.plan.leave if one.number == number), None)
    if found is None:
        abort(404)
    return found


def _desk(team: Team, form: ReasonedForm) -> verbs.Desk:
    return verbs.Desk(
        context.db_session(),
        context.keys(),
        team.board.book,
        current_viewer().person_id,
        form.typed_reason,
    )


def _form_page(member: Member, form: ReasonedForm, what: str, number: int = 0) -> str:
    return render_template(
        f"manager/team/{what}.html",
        member=member,
        form=form,
        leave=_leave(member, number) if number else None,
        say=wording,
    )


def _service_page(team: Team, form: ServiceForm) -> str:
    history = history_of(context.db_session(), team.board.book, None)
    return render_template(
        "manager/team/service.html", team=team, form=form, history=history, say=wording
    )


def _leaving_page(team: Team, member: Member, form: LeavingForm) -> str:
    db = context.db_session()
    links = len(open_links_of(db, member.person_id))
    if links and "links_to" in form:
        form.offer_colleagues(colleagues_for_links(db, team, member))
    return render_template(
        "manager/team/leaving.html", member=member, form=form, links=links
    )
