"""Denied by default: every route names its one policy, and the committed table says who reaches what (promise 20).

`python -m tests.rules.test_access_table` writes the table anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from bench.support import quick
from bench.support.world import World
from feedback_app.web.access import Policy, find_policy, policy_of

TABLE = Path(__file__).with_name("access.txt")


def rows(app: Flask) -> list[str]:
    """One row a route: methods, rule, who may reach it, and whether they are asked for the second factor again."""
    found = []
    for rule in app.url_map.iter_rules():
        named = find_policy(app, rule.endpoint)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(f"{rule.rule:44} {methods:5} {_who_reaches(named)}")
    return sorted(found)


def _who_reaches(named: Policy | None) -> str:
    """The roles, and whether the second factor is asked for again (promise 19)."""
    if named is None or not named.roles:
        return "NOBODY"
    again = " (asked again)" if named.step_up else ""
    return " ".join(sorted(named.roles)) + again


def test_p20_every_route_has_a_row_in_the_table_and_every_row_a_route(
    lite: World,
) -> None:
    assert rows(lite.app) == TABLE.read_text().splitlines()


def test_p20_no_view_is_without_a_policy(lite: World) -> None:
    assert all(
        policy_of(lite.app, rule.endpoint) for rule in lite.app.url_map.iter_rules()
    )


def test_p20_a_view_that_forgets_its_policy_is_reached_by_nobody(lite: World) -> None:
    lite.app.view_functions["child.start_page"] = lambda: "open to all"
    lite.client().get("/", expect=404)


def test_p24_the_administrator_reads_no_feedback(lite: World) -> None:
    client = lite.sign_in(lite.administrator())
    for path in (
        "/manager/2026-10/comments",
        "/manager/2026-10/summary.xlsx",
        "/safeguarding/",
        "/iro/shared",
    ):
        client.get(path, expect=404)


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/x.db"
        quick.migrated(url)
        TABLE.write_text("\n".join(rows(World.make(url, Path(folder)).app)) + "\n")
