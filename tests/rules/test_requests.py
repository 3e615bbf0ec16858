"""Only `routes.py` files and `web/` touch the request (rule A2): read from the syntax, so that no alias hides it."""

from __future__ import annotations

import ast

from tests.support.product import product_files

OF_A_REQUEST = {
    "request", "session", "g", "current_app", "redirect", "url_for", "flash", "abort", "make_response",
    "send_file", "jsonify", "after_this_request", "has_request_context", "stream_with_context",
}  # fmt: skip
"""What of Flask belongs to a request. A page may be drawn elsewhere (`render_template`): it needs no request."""
MAY = ("web/", "app.py", "cli.py", "worker.py")


def flask_names(tree: ast.Module) -> set[str]:
    """What a module takes from Flask that belongs to a request, also as `flask.request`."""
    taken: set[str] = set()
    aliases = {"flask"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in {
            "flask",
            "flask.globals",
            "flask.helpers",
        }:
            taken |= {alias.name for alias in node.names} & OF_A_REQUEST
        elif isinstance(node, ast.Import):
            aliases |= {
                alias.asname or alias.name
                for alias in node.names
                if alias.name == "flask"
            }
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in aliases
        ):
            taken |= {node.attr} & OF_A_REQUEST
    return taken


def test_only_routes_and_web_touch_the_request() -> None:
    found = {
        path: names
        for path, tree in product_files().items()
        if not path.startswith(MAY)
        and not path.startswith("commands/")
        and not path.endswith("/routes.py")
        if (names := flask_names(tree))
    }
    assert found == {}


def test_a_module_that_takes_the_request_by_another_name_is_found() -> None:
    assert flask_names(ast.parse("import flask as f\nf.request.args")) == {"request"}
    assert flask_names(ast.parse("from flask import request as asked")) == {"request"}
    assert flask_names(ast.parse("from flask import Blueprint")) == set()
