"""What a child's phone asks for: `/`, `/r/<token>`, `/r`, `/help`, `/privacy`, `/accessibility`, `/leave`,
`/said-and-done`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import (
    Blueprint,
    abort,
    current_app,
    make_response,
    redirect,
    request,
    url_for,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.child import sent, stamp
from feedback_app.child.drawn_pages import (
    ForThanks,
    draw_accessibility,
    draw_fixed_page,
    draw_notice,
    draw_privacy,
    draw_survey,
    draw_thanks,
    render_filled,
)
from feedback_app.child.look_and_language import apply_choices
from feedback_app.child.pages_with_actions import draw_with_actions
from feedback_app.child.receive import (
    Received,
    receive_submission,
    set_failed_send_aside,
)
from feedback_app.invitations.issue import open_link
from feedback_app.invitations.links import FoundLink, find_by_words, find_link
from feedback_app.invitations.tokens import (
    WORDS_IN_CODE,
    find_token,
    is_mark,
    mark_of,
    typed_words,
    word_list,
)
from feedback_app.month import Month
from feedback_app.responses.read import (
    Form,
    facts_of,
    first_value,
    survey_of,
    visit_of,
)
from feedback_app.responses.set_aside import TooMany
from feedback_app.rulebook.at_once import was_offered_at
from feedback_app.said_and_done import words_of
from feedback_app.survey.model import BANDS, LOOKS
from feedback_app.web import context, limits, request_bodies
from feedback_app.web.access import policy
from feedback_app.web.child_languages import (
    ENGLISH,
    child_languages,
    preferred_language,
)
from feedback_app.web.headers import compress_page

room = Blueprint("child", __name__)
room.after_request(compress_page)

COOKIE_SECONDS = 60 * 60
LINK_COOKIE = {True: "__Host-link-", False: "link-"}
"""How the cookie's name begins that remembers one link, with https and in an http demo; the link's mark follows."""
SHOWN_AT_START, SHOWN_AT_DEAD_LINK = 2, 3
"""How much of "You said, we did" these pages show, beside the way to all of it."""
KEPT = {"thanks": "thanks", "set_aside": "set_aside", "not_for_me": "not_for_me_done"}
"""What became of a send that was kept, and the text that says so."""


@room.get("/r/<path:token>")
@policy("public")
def open_survey(token: str) -> AnyResponse:
    """Draw the survey at once and remember the link in its own cookie; a good link's GET writes nothing (promise 4).

    What a mail or a message added behind the token, and is no part of one, is left away.
    """
    return _survey_or_dead(find_token(token))


@room.get("/r")
@policy("public")
def open_again() -> AnyResponse:
    """Draw the survey of the link whose mark the address carries, after a reload or in a tab that was put away.

    After its send the thank-you is drawn again. Where its cookie is gone or was never taken, nobody's questions are
    drawn, and nothing was missed: no link was asked about.
    """
    mark = request.args.get("k", "")
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    token = request.cookies.get(LINK_COOKIE[secure] + mark, "")
    if not is_mark(mark) or mark_of(token) != mark:
        told = sent.told_by_cookie(request.cookies, mark, secure=secure)
        if told is not None:
            return draw_thanks(told)
        return draw_fixed_page("scan_again", template="scan_again")
    return _survey_or_dead(token, again=True)


@room.post("/r")
@policy("public")
def receive_answers() -> AnyResponse:
    """Take the answers. Guarded by the link's token; every refusal carries what was typed (promises 49-51)."""
    request_bodies.allow_showing_back()
    form = request.form.to_dict(flat=False)
    if request_bodies.is_too_big(form):
        return _too_big(form)
    db = context.db_session()
    try:
        received = receive_submission(db, context.instance(), form)
        if received.verdict in KEPT or received.is_set_aside:
            db.commit()
        return _answer(received, form)
    except TooMany:
        return _refused("busy", form, 429)
    except (OperationalError, PoolTimeout) as error:
        context.log_error("a send could not be stored", error)
        return _refused("down", form, 503)
    except Exception as error:  # noqa: BLE001 - whatever goes wrong, the child keeps what they wrote
        context.log_error("a send failed", error)
        context.close_session()
        set_failed_send_aside(context.db_session(), context.instance(), form)
        return _refused("down", form, 500)


@room.get("/sent/<verdict>/<band>/<look>/<language>")
@policy("public")
def show_sent(verdict: str, band: str, look: str, language: str) -> AnyResponse:
    """What a send without script leads to once it is durable: a page of its own, so that the browser keeps no copy of
    the send for Reload or a reopened tab (promise 10)."""
    if verdict not in KEPT or band not in BANDS or look not in LOOKS:
        abort(404)
    language = child_languages().offered_or_english(language)
    if verdict == "thanks":
        day, kind = request.args.get("day", ""), request.args.get("kind", "")
        return draw_thanks(sent.read_told(band, look, language, day, kind))
    return draw_fixed_page(
        KEPT[verdict], band=band, look=look, language=language, template=verdict
    )


@room.get("/")
@policy("public")
def start_page() -> AnyResponse:
    """Where four words are typed, with what was done about what children said; and staff find the way in."""
    return draw_with_actions(
        "code",
        template="home",
        most=SHOWN_AT_START,
        service=context.settings().service_name,
        unknown="",
    )


@room.post("/")
@policy("public")
def open_by_words() -> AnyResponse:
    """Four words lead to the survey. Ten misses in ten minutes from an address, and it must wait (rule L4)."""
    typed = request.form.get("words", "")[:200]
    words = typed_words(typed)
    strange = next((word for word in words if word not in word_list()), "")
    if strange or len(words) != WORDS_IN_CODE:
        page = draw_notice(
            "code",
            template="home",
            service=context.settings().service_name,
            actions=(),
            typed=typed,
            unknown=strange or "…",
            count=len(words),
        )
        return make_response(page, 400)
    taken = limits.count_attempt(
        "words", context.settings().word_misses, limits.caller_digest()
    )
    if taken.over:
        return draw_fixed_page("busy", template="error", status=429)
    with context.instance().database.new_session(reading=True) as db:
        link = find_by_words(db, context.keys(), " ".join(words))
    if link is None or not link.is_open_at(clock.now()):
        return _dead("words", taken)
    limits.refund_attempt(taken)
    token = open_link(context.keys(), link, link.issue_number).token
    return redirect(url_for("child.open_survey", token=token), 303)


@room.get("/help")
@policy("public")
def help_page() -> AnyResponse:
    """Whom to call."""
    return draw_fixed_page("help", template="help")


@room.get("/privacy")
@policy("public")
def privacy_page() -> str:
    """What is kept, in the words of every age."""
    return draw_privacy()


@room.get("/accessibility")
@policy("public")
def accessibility_page() -> str:
    """The accessibility statement, with a child's words first."""
    return draw_accessibility()


@room.get("/said-and-done")
@policy("public")
def said_and_done() -> AnyResponse:
    """What children said and what was done about it: in the words for 8-11, or those that a link on it asks for."""
    return draw_with_actions(
        "said_and_done",
        band=words_of(request.args.get("words", "")),
        template="said_and_done",
    )


@room.get("/leave")
@policy("public")
def leave_service() -> AnyResponse:
    """Away from here at once, the link that was left forgotten and no other; works without script (promise 11).

    What was sent from here is forgotten whatever link it was: it opens nothing.
    """
    answer = redirect(context.settings().leave_url, 303)
    _forget(answer, request.args.get("k", ""))
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    sent.forget_sends(answer, request.cookies, secure=secure)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _survey_or_dead(token: str, *, again: bool = False) -> AnyResponse:
    parts = context.instance()
    now = clock.now()
    link = find_link(context.db_session(), parts.keys, token)
    if link is None or not link.is_open_at(now):
        return _dead("link", _missed_link(), token)
    return _survey(link, token, again=again)


def _survey(link: FoundLink, token: str, *, again: bool) -> AnyResponse:
    """The survey; `again`: the child had it before the reload, and keeps a language that was switched off meanwhile."""
    parts = context.instance()
    visit = visit_of(
        context.db_session(), parts.catalogue, link, Month.containing(clock.today())
    )
    if request.args or visit.language != ENGLISH:
        keeps = _had_language if again else _has_none
        visit = apply_choices(visit, request.args, keeps)
    made = stamp.make_stamp(parts.keys, token, visit, clock.now())
    answer = draw_survey(visit, facts_of(link), link.iro_id is not None, token, made)
    _remember(answer, token)
    return answer


def _had_language(survey: str, code: str) -> bool:
    """Whether the page may have been in that language before: the cookie that draws it again lasts for an hour."""
    opened_after = clock.now() - timedelta(seconds=COOKIE_SECONDS)
    return was_offered_at(context.db_session(), survey, code, opened_after)


def _has_none(_survey: str, _code: str) -> bool:
    return False


def _missed_link() -> limits.Attempt:
    """A link that does not open is a miss, whatever it was (promise 7)."""
    return limits.count_attempt(
        "link", context.settings().link_misses, limits.caller_digest()
    )


def _dead(kind: str, taken: limits.Attempt, link: str = "") -> AnyResponse:
    """The one page for unknown, used, ended and withdrawn links alike (promise 6), or too many of them from here.

    A browser that sent by that link in the last hour is told so: by its own cookie, whatever the link is. Nothing is
    said of what was asked for: somebody else may hold the phone now.
    """
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    told = sent.told_by_cookie(request.cookies, mark_of(link), secure=secure)
    if taken.over:
        answer = draw_fixed_page("busy", template="error", status=429)
    elif told is not None:
        answer = draw_thanks(replace(told, again=True, talk=False))
    else:
        limits.watch_all_misses(kind)
        answer = draw_with_actions(
            "dead_link", template="dead", status=404, most=SHOWN_AT_DEAD_LINK
        )
    _forget(answer, link)
    return answer


def _answer(received: Received, form: Form) -> AnyResponse:
    visit = received.visit
    if received.verdict == "dead":
        return _dead_send(form)
    if (
        received.verdict == "too_long"
        and visit is not None
        and received.invitation is not None
    ):
        invitation = received.invitation
        token, made = form["link"][0], form["page"][0]
        problems = {problem.question: problem for problem in received.problems}
        page = render_filled(
            visit,
            visit.facts or facts_of(invitation),
            invitation.iro_id is not None,
            token,
            made,
            form,
            problems,
        )
        return make_response(page, 400)
    band, look, language = (
        (visit.band, visit.look, visit.language)
        if visit
        else ("8-11", "middle", preferred_language())
    )
    answer: AnyResponse
    told = None
    if received.verdict == "thanks" and visit is not None:
        told = ForThanks(
            band,
            look,
            child_languages().offered_or_english(language),
            clock.today(),
            received.asks_to_talk,
            survey_of(context.instance().catalogue, visit).keep_draft,
        )
    if form.get("plain"):
        there = url_for(
            "child.show_sent",
            verdict=received.verdict,
            band=band,
            look=look,
            language=language,
        )
        if told is not None:
            there += f"?{urlencode(sent.told_in_address(told))}"
        answer = redirect(there, 303)
    elif told is not None:
        answer = draw_thanks(told)
    else:
        language, kept = (
            child_languages().offered_or_english(language),
            received.verdict,
        )
        answer = draw_fixed_page(
            KEPT[kept], band=band, look=look, language=language, template=kept
        )
    _forget(answer, first_value(form, "link"), told)
    return answer


def _dead_send(form: Form) -> AnyResponse:
    """A send whose link was never issued: the dead-link page, with what was written still on it."""
    if _missed_link().over:
        return _refused("busy", form, 429)
    limits.watch_all_misses("link")
    return _refused("dead_link", form, 404)


def _too_big(form: Form) -> AnyResponse:
    """More than can be stored: shown back to be shortened, so many times from an address."""
    most = context.settings().big_send_misses
    if limits.count_attempt("big", most, limits.caller_digest()).over:
        return draw_fixed_page("busy", template="error", status=429)
    return _refused("too_big", form, 413)


def _refused(text_id: str, form: Form, status: int) -> AnyResponse:
    mark = mark_of(first_value(form, "link"))
    page = draw_notice(text_id, template="refused", form=form, mark=mark)
    return make_response(page, status)


def _remember(answer: AnyResponse, token: str) -> None:
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    answer.set_cookie(
        LINK_COOKIE[secure] + mark_of(token),
        token,
        max_age=COOKIE_SECONDS,
        secure=secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _forget(answer: AnyResponse, link: str, told: ForThanks | None = None) -> None:
    """Forget that link alone, by its token or its mark, where this browser has it; remember how its send was `told`.

    A page that forgets nothing is the same for everybody (promise 6).
    """
    secure = current_app.config["SESSION_COOKIE_SECURE"]
    for name, token in request.cookies.items():
        if name.startswith(LINK_COOKIE[secure]) and link in (
            token,
            name.removeprefix(LINK_COOKIE[secure]),
        ):
            answer.delete_cookie(
                name, secure=secure, httponly=True, samesite="Lax", path="/"
            )
            if told is not None:
                mark = name.removeprefix(LINK_COOKIE[secure])
                sent.remember_send(answer, mark, told, secure=secure)
