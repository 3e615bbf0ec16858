"""Denied by default: every route names its one policy, and the committed table says who reaches what (promise 20).

`python -m tests.rules.test_access_table` writes the table anew; read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from bench.support import quick
from bench.support.world import World
from feedback_app.models.person import ROLES
from feedback_app.web.access import policy_of
from tests.support.addresses import address, one_of_each

TABLE = Path(__file__).with_name("access.txt")
UNKNOWN = {"month": "2026-10", "kind": "csv", "name": "child.css", "token": "x" * 43}
"""What stands for a route's variables: a month and a file that exist, and otherwise ids that never were."""


def rows(app: Flask) -> list[str]:
    """One row a route: methods, rule, and who may reach it."""
    found = []
    for rule in app.url_map.iter_rules():
        allowed = policy_of(app, rule.endpoint)
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        found.append(f"{rule.rule:44} {methods:5} {' '.join(sorted(allowed)) if allowed else 'NOBODY'}")
    return sorted(found)


def test_p20_every_route_has_a_row_in_the_table_and_every_row_a_route(lite: World) -> None:
    assert rows(lite.app) == TABLE.read_text().splitlines()


def test_p20_no_view_is_without_a_policy(lite: World) -> None:
    assert all(policy_of(lite.app, rule.endpoint) for rule in lite.app.url_map.iter_rules())


def test_p20_a_view_that_forgets_its_policy_is_reached_by_nobody(lite: World) -> None:
    lite.app.view_functions["child.start_page"] = lambda: "open to all"
    lite.client().get("/", expect=404)


def test_p20_each_role_reaches_what_the_table_says_and_nothing_else(lite: World) -> None:
    """GET and POST of every route as everybody: 404 behind another's door, sign-in or 401 for nobody."""
    people = {role: lite.sign_in(lite.person(f"Person of {role}", role)) for role in ROLES}
    nobody = lite.client()
    for rule in lite.app.url_map.iter_rules():
        allowed = policy_of(lite.app, rule.endpoint) or frozenset()
        if allowed == {"public"} or rule.endpoint == "accounts.sign_out":
            continue
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<{name}>", UNKNOWN.get(name, "0" * 32))
        for method in (rule.methods or set()) & {"GET", "POST"}:
            answer = nobody.http.open(
                path, method=method, data={"csrf_token": nobody.guard()} if method == "POST" else None
            )
            assert answer.status_code == (303 if method == "GET" else 401), f"{method} {path} as nobody"
            if method == "GET":
                assert answer.headers["Location"].startswith("/sign-in")
            for role, client in people.items():
                answer = client.http.open(
                    path, method=method, data={"csrf_token": client.guard()} if method == "POST" else None
                )
                if role not in allowed:
                    assert answer.status_code == 404, f"{method} {path} as {role}"
                    assert "Page not found" in answer.text
                else:
                    assert answer.status_code in (200, 303, 400, 404), f"{method} {path} as {role}"


def test_p24_the_administrator_reads_no_feedback(lite: World) -> None:
    client = lite.sign_in(lite.administrator())
    for path in ("/manager/2026-10/comments", "/manager/2026-10/summary.xlsx", "/safeguarding/", "/iro/shared"):
        client.get(path, expect=404)


def test_p20_each_role_sees_what_is_behind_its_own_doors(lite: World) -> None:
    """So that a page that is not found is not taken for one that is refused."""
    ids = one_of_each(lite)
    people = {role: lite.iro() if role == "iro" else lite.person(f"Person of {role}", role) for role in ROLES}
    clients = {role: lite.sign_in(person) for role, person in people.items()}
    for rule in lite.app.url_map.iter_rules():
        for role in (policy_of(lite.app, rule.endpoint) or frozenset()) & set(ROLES):
            if "GET" in (rule.methods or ()):
                answer = clients[role].http.get(address(rule.rule, ids))
                assert answer.status_code in (200, 303), f"{rule.rule} as {role}: {answer.status_code}"


def test_p20_no_address_answers_to_a_method_that_it_has_not(lite: World) -> None:
    ids = one_of_each(lite)
    client = lite.sign_in(lite.person("Every Elm", *ROLES))
    taken = {(rule.rule, method) for rule in lite.app.url_map.iter_rules() for method in rule.methods or ()}
    for rule in sorted({rule.rule for rule in lite.app.url_map.iter_rules()}):
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            if (rule, method) not in taken:
                assert client.http.open(address(rule, ids), method=method).status_code == 405, f"{method} {rule}"


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/x.db"
        quick.migrated(url)
        TABLE.write_text("\n".join(rows(World.make(url, Path(folder)).app)) + "\n")
