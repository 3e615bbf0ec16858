"""The manager's invitations to the safeguarding and the yearly survey: made from a list, printed as sheets of cards."""

from __future__ import annotations

from flask import (
    Blueprint,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import clock
from feedback_app.documents.cards import card_sheets, sheet_cards
from feedback_app.invitations.campaigns import running_campaign
from feedback_app.manager.asking.forms import AskManyForm
from feedback_app.manager.asking.understood import understand_list
from feedback_app.manager.asking.verbs import (
    Batch,
    ask_many,
    batch_cards,
    batch_of,
    ended_links,
    form_files,
    undelivered_links,
    waiting_batches,
)
from feedback_app.reports.figures.misdirected import misdirected_to_ask_again
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy
from feedback_app.web.child_languages import child_languages
from feedback_app.word_forms.files import forms_of_links

room = Blueprint("asking", __name__, url_prefix="/manager")


@room.get("/ask")
@policy("manager")
def invite_group() -> str:
    """The form that takes a list of references."""
    return _ask_page(_form())


@room.post("/ask")
@policy("manager")
def ask_now() -> AnyResponse:
    """Show what was understood of the list; when that was seen, make a link for each reference, all or none."""
    form, parts = _form(), context.instance()
    if not (form.validate() and form.check_age(parts.catalogue)):
        return make_response(_ask_page(form), 400)
    db = context.db_session()
    campaign = running_campaign(db, form.survey.data, clock.today())
    found = understand_list(db, parts.keys, form, campaign)
    if found.problem or form.seen.data != found.shown:
        page = render_template(
            "manager/asking/check.html", form=form, found=found, campaign=campaign
        )
        return make_response(page, 400 if found.problem else 200)
    made = ask_many(
        db,
        parts.keys,
        parts.catalogue,
        form,
        found.references,
        campaign=campaign,
        usual_days=parts.settings.link_days,
        by=current_viewer().person_id,
    )
    flash(ngettext("%(num)s link is made.", "%(num)s links are made.", made))
    db.commit()
    return redirect(url_for("asking.list_invited"), 303)


@room.get("/asked")
@policy("manager")
def list_invited() -> str:
    """The links that wait, by day, survey and age; and those that reached somebody they were not for."""
    db, me = context.db_session(), current_viewer().person_id
    titles = _titles()
    batches = waiting_batches(db, me, list(titles))
    return render_template(
        "manager/asking/invited.html",
        batches=batches,
        undelivered=undelivered_links(db, context.keys(), batches),
        ended=ended_links(db, me, list(titles)),
        astray=misdirected_to_ask_again(db, me, list(titles)),
        titles=titles,
    )


@room.get("/asked/cards")
@policy("manager")
def print_cards() -> AnyResponse:
    """One day's links in the order of the list: whose each is, and the sheets of cards to print."""
    batch = _wanted_batch()
    if batch is None:
        return _none_waits()
    made = batch_cards(context.db_session(), context.keys(), batch)
    return make_response(
        render_template("manager/asking/cards.html", made=made, batch=batch)
    )


@room.get("/asked/cards.pdf")
@policy("manager")
def print_sheets() -> AnyResponse:
    """The same as cards, ten to a sheet of A4, each with its reference on the margin."""
    parts, batch = context.instance(), _wanted_batch()
    if batch is None:
        return _none_waits()
    cards = sheet_cards(
        context.db_session(),
        parts.keys,
        parts.catalogue,
        batch.waiting,
        parts.settings.public_url,
    )
    site = parts.settings.public_url.partition("://")[2]
    answer = make_response(card_sheets(cards, site, parts.settings.braces))
    answer.mimetype = "application/pdf"
    return answer


@room.get("/asked/forms")
@policy("manager")
def list_forms() -> AnyResponse:
    """One day's links as Word forms: the files to download."""
    db, parts, batch = context.db_session(), context.instance(), _wanted_batch()
    if batch is None:
        return _none_waits()
    names = {offer.code: offer.name for offer in child_languages().offers[batch.survey]}
    page = render_template(
        "manager/asking/forms.html",
        batch=batch,
        titles=_titles(),
        files=form_files(batch_cards(db, parts.keys, batch)),
        names=names,
        numbers=parts.settings.braces,
    )
    return make_response(page)


@room.get("/asked/forms/file")
@policy("manager")
def download_forms() -> AnyResponse:
    """One of those files; in large print with `large`."""
    db, batch = context.db_session(), _wanted_batch()
    wanted = tuple(request.args.get(name, "") for name in ("look", "language", "part"))
    files = form_files(batch_cards(db, context.keys(), batch)) if batch else []
    found = next(
        (one for one in files if (one.look, one.language, f"{one.part}") == wanted),
        None,
    )
    if found is None:
        return _none_waits()
    return forms_of_links(db, found.invitations, large="large" in request.args)


def _wanted_batch() -> Batch | None:
    """The batch that the address names, if the viewer made it and some of it waits."""
    wanted = {name: request.args.get(name, "") for name in ("survey", "band", "day")}
    return batch_of(
        context.db_session(), current_viewer().person_id, list(_titles()), **wanted
    )


def _none_waits() -> AnyResponse:
    flash(
        _(
            "None of those links is without an answer any more: each was answered or has ended."
        )
    )
    return redirect(url_for("asking.list_invited"), 303)


def _ask_page(form: AskManyForm) -> str:
    """The form, and which surveys have a campaign now."""
    db, today, titles = context.db_session(), clock.today(), _titles()
    running = [running_campaign(db, key, today) for key in titles]
    return render_template(
        "manager/asking/ask.html",
        form=form,
        running=[one for one in running if one],
        titles=titles,
        days=context.settings().link_days,
    )


def _form() -> AskManyForm:
    return AskManyForm(context.catalogue().newest_surveys("manager"))


def _titles() -> dict[str, str]:
    """Key and short title of each survey that the manager hands out (plan row 11b)."""
    return {
        survey.key: survey.short_title
        for survey in context.catalogue().newest_surveys("manager")
    }
