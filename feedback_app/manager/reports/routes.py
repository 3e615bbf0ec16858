"""The manager's reports: the draft of a period, own sentences, files, handing over, and what was handed over."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from feedback_app import audit, clock
from feedback_app.documents.letter_templates import BadTemplate
from feedback_app.manager.reports import views
from feedback_app.manager.reports.formats import (
    FORMATS,
    KEPT,
    file_name,
    write_all,
)
from feedback_app.manager.reports.forms import SentencesForm, sentences_form
from feedback_app.month import Month
from feedback_app.reports import figures_in_words as wording
from feedback_app.reports.content.bulletin import bulletin_paragraph
from feedback_app.reports.content.children_page import build_child_page
from feedback_app.reports.evidence.evidence_map import BadEvidenceMap
from feedback_app.reports.figures.counted import count_unread, first_month
from feedback_app.reports.handing_over import versions
from feedback_app.reports.handing_over.own_words import (
    earlier_wordings,
    write_own_words,
)
from feedback_app.reports.handing_over.report_period import ReportPeriod
from feedback_app.reports.printing.children_pdf import SCALES, children_pdf
from feedback_app.reports.publishing.stored import (
    NumbersProgress,
    ask_for_numbers,
    find_progress,
    note_left,
)
from feedback_app.web import context
from feedback_app.web.access import current_viewer, policy

room = Blueprint("reports", __name__, url_prefix="/manager/reports")


@room.get("")
@policy("manager")
def list_reports() -> AnyResponse:
    """What can be reported next, the way to any other months, and all that was handed over."""
    db, this_month = context.db_session(), Month.containing(clock.today())
    survey = context.catalogue().monthly_survey().key
    begins = first_month(db, survey) or this_month
    another = views.choose_months(request.args, begins, this_month)
    if another.report:
        return redirect(url_for("reports.show_report", period=another.report))
    offered = views.offered_periods(this_month)
    page = render_template(
        "manager/report/list.html",
        offered=[(of, versions.newest_version(db, of.address)) for of in offered],
        another=another,
        due=views.report_due_on,
        handed_over=versions.list_reports(db),
        formats=KEPT,
        say=wording,
        today=clock.today(),
    )
    return make_response(page, 400 if another.problem else 200)


@room.get("/<period>")
@policy("manager")
def show_report(period: str) -> str:
    """The draft as it would leave now, with the manager's own sentences."""
    of = _period(period)
    _note("comments_shown", f"report {of}")
    draft = _draft(of)
    if draft.is_over and not draft.is_ready:
        with context.instance().database.short_write() as aside:
            ask_for_numbers(aside, of.last_month)
    return _page(draft, sentences_form(draft.all_sentences, draft.own))


@room.get("/<period>/progress")
@policy("manager")
def show_progress(period: str) -> AnyResponse:
    """How far the figures of a report are, in words, and whether they are ready: its page asks while it waits."""
    of = _period(period)
    progress = _progress(of)
    return jsonify(words=views.progress_words(progress), ready=progress.step == "ready")


@room.post("/<period>/sentences")
@policy("manager")
def write_sentences(period: str) -> AnyResponse:
    """Keep the manager's own sentences; an empty box brings the generated one back."""
    of = _period(period)
    context.close_session()  # reading takes a moment: nobody waits for it who writes
    _note("comments_shown", f"report {of}")
    with context.instance().database.new_session(reading=True) as reading:
        draft = _draft(of, reading)
    form = sentences_form(draft.all_sentences, draft.own)
    if not form.validate():
        return make_response(_page(draft, form), 400)
    db = context.db_session()
    changed = write_own_words(
        db,
        context.keys().audit,
        of.address,
        form.typed_sentences(),
        person_id=current_viewer().person_id,
    )
    flash(_("Saved.") if changed else _("Nothing was changed."))
    db.commit()
    return redirect(url_for("reports.show_report", period=of), 303)


@room.get("/<period>/draft.<file_format>")
@policy("manager", step_up=True, download=True)
def download_draft(period: str, file_format: str) -> AnyResponse:
    """The draft as a file; that it left is noted first, and from then on its numbers stay."""
    of = _period(period)
    if file_format not in FORMATS:
        abort(404)
    draft = _draft(of)
    if not _may_leave(draft, f"{file_format} draft"):
        flash(_being_made(of))
        return redirect(url_for("reports.show_report", period=of), 303)
    try:
        content = FORMATS[file_format].write(
            draft.document, context.settings().letters_dir
        )
    except BadTemplate as bad:
        flash(_bad_template(bad))
        return redirect(url_for("reports.show_report", period=of), 303)
    return _file(of.address, 0, file_format, content)


@room.get("/<period>/children-<paper>.pdf")
@policy("manager", step_up=True, download=True)
def download_children(period: str, paper: str) -> AnyResponse:
    """The children's page of a year: an A4 for each age, or A3 posters."""
    of = _period(period)
    if of.kind != "year" or paper not in SCALES:
        abort(404)
    draft = _draft(of)
    if not _may_leave(draft, f"children {paper}"):
        flash(_being_made(of))
        return redirect(url_for("reports.show_report", period=of), 303)
    page = build_child_page(
        context.db_session(),
        context.settings(),
        of.last_month,
        draft.gathered.published,
    )
    answer = Response(children_pdf(page, paper), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = (
        f'attachment; filename="what-you-told-us-{of}-{paper}.pdf"'
    )
    return answer


@room.post("/<period>/hand-over")
@policy("manager", step_up=True)
def hand_over(period: str) -> AnyResponse:
    """Make the next version: its files are written and kept, and nothing of it changes again."""
    of = _period(period)
    page = redirect(url_for("reports.show_report", period=of), 303)
    if clock.today() <= of.last_month.last:
        flash(
            _("It can be handed over once %(month)s is over.", month=of.last_month.name)
        )
        return page
    db = context.db_session()
    if _progress(of).step != "ready":
        ask_for_numbers(db, of.last_month)
        db.commit()
        flash(_being_made(of))
        return page
    # Making the files takes seconds: no transaction that writes is held open meanwhile.
    context.close_session()
    _note("exported", f"{of} handed over")
    with context.instance().database.new_session(reading=True) as reading:
        draft = _draft(of, reading)
        ready = draft.gathered.ready
        if ready is None:
            flash(_being_made(of))
            return page
        document = draft.as_version()
        try:
            head = "{}:{}".format(*audit.last_entry(reading))
            files = write_all(document, context.settings().letters_dir, audit_head=head)
        except (BadTemplate, BadEvidenceMap) as bad:
            flash(_bad_template(bad))
            return page
    db, person_id = context.db_session(), current_viewer().person_id
    versions.hold_versions(db)
    if versions.newest_version(db, of.address) != document.version - 1:
        flash(_("Somebody handed it over a moment ago. This is what they handed over."))
        return page
    if not note_left(db, ready.id, person_id):
        ask_for_numbers(db, of.last_month)
        db.commit()
        flash(_being_made(of))
        return page
    versions.keep_version(
        db,
        context.keys(),
        of,
        document,
        files,
        changes=draft.changes_kept,
        person_id=person_id,
    )
    flash(
        _(
            "Version %(version)s is made. It stays as it is: download it here, and send it on.",
            version=document.version,
        )
    )
    db.commit()
    return page


@room.get("/versions/<report_id>/<file_format>")
@policy("manager", step_up=True, download=True)
def download_version(report_id: str, file_format: str) -> AnyResponse:
    """A file of a version as it was handed over, byte for byte; that it left is noted first."""
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside,
            context.keys().audit,
            "exported",
            person_id=current_viewer().person_id,
            about=f"{report_id[:32]} {file_format[:12]}",
        )
    found = versions.open_file(
        context.db_session(), context.keys(), report_id, file_format
    )
    if found is None or file_format not in KEPT:
        abort(404)
    report, content = found
    return _file(report.period, report.version, file_format, content)


def _may_leave(draft: views.Draft, what: str) -> bool:
    """Note that a file of the draft leaves, from when on its numbers stay. False where they are still to be chosen."""
    ready, person_id = draft.gathered.ready, current_viewer().person_id
    with context.instance().database.short_write() as aside:
        if draft.is_over and not (ready and note_left(aside, ready.id, person_id)):
            ask_for_numbers(aside, draft.of.last_month)
            return False
        audit.write_entry(
            aside,
            context.keys().audit,
            "exported",
            person_id=person_id,
            about=f"{draft.of} {what}",
        )
    return True


def _page(draft: views.Draft, form: SentencesForm) -> str:
    db, of = context.db_session(), draft.of
    return render_template(
        "manager/report/report.html",
        draft=draft,
        progress="" if draft.is_ready else views.progress_words(_progress(of)),
        report=draft.document,
        form=form,
        due=views.report_due_on(of),
        unread=count_unread(db, draft.gathered.survey.key, of.last_month),
        formats=FORMATS,
        kept=KEPT,
        bulletin=bulletin_paragraph(draft.document),
        wordings=earlier_wordings(db, of.address),
        say=wording,
        today=clock.today(),
    )


def _progress(of: ReportPeriod) -> NumbersProgress:
    survey = context.catalogue().monthly_survey().key
    return find_progress(context.db_session(), survey, of.last_month)


def _draft(of: ReportPeriod, session: Session | None = None) -> views.Draft:
    return views.draft_report(
        session or context.db_session(),
        context.instance(),
        of,
        person_id=current_viewer().person_id,
        roles=current_viewer().roles,
    )


def _period(address: str) -> ReportPeriod:
    try:
        return ReportPeriod.read_address(address)
    except ValueError:
        abort(404)


def _note(event: audit.AuditEvent, about: str) -> None:
    with context.instance().database.short_write() as aside:
        audit.write_entry(
            aside,
            context.keys().audit,
            event,
            person_id=current_viewer().person_id,
            about=about,
        )


def _bad_template(bad: Exception) -> str:
    return str(
        _(
            "A template of the council’s cannot be used. Tell whoever runs the service: %(why)s",
            why=str(bad),
        )
    )


def _being_made(of: ReportPeriod) -> str:
    return str(
        _(
            "The figures of %(month)s are being made ready. It takes about a minute: then try again.",
            month=of.last_month.name,
        )
    )


def _file(period: str, version: int, name: str, content: bytes) -> AnyResponse:
    survey = context.catalogue().monthly_survey().key
    answer = Response(content, mimetype=KEPT[name].media_type)
    called = file_name(survey, period, version, name)
    answer.headers["Content-Disposition"] = f'attachment; filename="{called}"'
    return answer
