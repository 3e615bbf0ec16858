"""The manager's pages: board, answers and comments of a month, its summary, the team, groups to invite, actions."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from feedback_app.manager.actions import routes as actions
from feedback_app.manager.answered import routes as answered
from feedback_app.manager.asking import routes as asking
from feedback_app.manager.board import routes as board
from feedback_app.manager.both_accounts import routes as both_accounts
from feedback_app.manager.campaigns import routes as campaigns
from feedback_app.manager.cohorts import routes as cohorts
from feedback_app.manager.comments import routes as comments
from feedback_app.manager.group_links import routes as group_links
from feedback_app.manager.imports import routes as imports
from feedback_app.manager.measures import routes as measures
from feedback_app.manager.reports import routes as reports
from feedback_app.manager.results import routes as results
from feedback_app.manager.settings import routes as settings
from feedback_app.manager.spotlight import routes as spotlight
from feedback_app.manager.team import routes as team
from feedback_app.manager.waiting import routes as waiting
from feedback_app.manager.waiting.views import count_waiting
from feedback_app.web.navigation import MenuEntry, add_to_menu

MENU = (
    MenuEntry("manager.latest_month", _l("Board"), landing_rank=1),
    MenuEntry("reports.list_reports", _l("Reports")),
    MenuEntry("results.show_answers", _l("Answers")),
    MenuEntry("measures.show_measures", _l("Measures")),
    MenuEntry("comments.all_comments", _l("Comments")),
    MenuEntry("team.show_team", _l("Team")),
    MenuEntry("waiting.show_waiting", _l("Waiting for others"), count=count_waiting),
    MenuEntry("asking.invite_group", _l("Invite a group")),
    MenuEntry("imports.choose_file", _l("Import")),
    MenuEntry("said.list_actions", _l("You said, we did")),
    MenuEntry("spotlight.list_months", _l("Spotlight")),
    MenuEntry("settings.list_settings", _l("Settings")),
)


def init_app(app: Flask) -> None:
    """Register the manager's pages."""
    for family in (
        imports,
        asking,
        group_links,
        actions,
        answered,
        settings,
        spotlight,
        team,
        waiting,
        results,
        measures,
        both_accounts,
        campaigns,
        cohorts,
        reports,
        board,
        comments,
    ):
        app.register_blueprint(family.room)
    add_to_menu(app, MENU)
