"""Reports built from a world's answers, as the manager would see them."""

from __future__ import annotations

from bench.support.world import World
from feedback_app.month import Month
from feedback_app.reports.content.build_report import build_report
from feedback_app.reports.content.gather import Gathered, ReportKind, gather_report
from feedback_app.reports.document import Chapter, ReportDocument
from feedback_app.reports.figures.periods import Period
from feedback_app.reports.publishing.stored import find_numbers


def gathered(world: World, month: Month, kind: ReportKind = "month") -> Gathered:
    world.choose_numbers()
    surveys = world.parts.catalogue.monthly_versions()
    manager = world.manager()
    with world.session() as session:
        return gather_report(
            session,
            world.parts.keys.text,
            world.parts.settings,
            world.parts.catalogue,
            Period.of_kind(kind, month),
            kind=kind,
            ready=find_numbers(session, surveys, month),
            person_id=manager.id,
            roles=["manager"],
        )


def report(world: World, month: Month, kind: ReportKind = "month") -> ReportDocument:
    with world.app.test_request_context():
        return build_report(gathered(world, month, kind))


def chapter(document: ReportDocument, title: str) -> Chapter:
    return next(one for one in document.chapters if one.title == title)
