"""The floor: the least that a durable send can cost here. One Flask route, the same body, one INSERT, one commit.

Bare drivers, a connection a thread, no ORM, no headers, no checks. `GET /` is a bare Flask page.
Run by gunicorn as `bench.floor:app`, with FLOOR_DATABASE = an SQLite path or a PostgreSQL address.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from typing import Any

import psycopg
from flask import Flask, request

DATABASE = os.environ.get("FLOOR_DATABASE", "")
TABLE = "CREATE TABLE IF NOT EXISTS sent (id TEXT PRIMARY KEY, body TEXT NOT NULL)"
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Form</title>
<meta name="viewport" content="width=device-width"></head>
<body><form method="post" action="/r"><h1>One question</h1>
<label>Words <input name="words"></label><button>Send</button></form></body></html>"""

app = Flask(__name__)
_own = threading.local()


def prepare(database: str) -> None:
    """Make the one table; SQLite gets WAL, as the product's does."""
    if database.startswith("postgresql"):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(TABLE)
    else:
        with sqlite3.connect(database) as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute(TABLE)


@app.get("/livez")
def livez() -> str:
    return "alive"


@app.get("/")
def page() -> str:
    return PAGE


@app.post("/r")
def send() -> str:
    row = (secrets.token_hex(16), repr(request.form.to_dict(flat=False)))
    connection: Any = _connection()
    if DATABASE.startswith("postgresql"):
        connection.execute("INSERT INTO sent VALUES (%s, %s)", row)
        connection.commit()
    else:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO sent VALUES (?, ?)", row)
        connection.execute("COMMIT")
    return "thank you"


def _connection() -> Any:
    if not hasattr(_own, "connection"):
        if DATABASE.startswith("postgresql"):
            _own.connection = psycopg.connect(DATABASE)
        else:
            _own.connection = sqlite3.connect(
                DATABASE, isolation_level=None, timeout=30
            )
            for pragma in ("synchronous=FULL", "busy_timeout=30000"):
                _own.connection.execute(f"PRAGMA {pragma}")
    return _own.connection
