"""Runs migrations on the database that the command names; one at a time, one transaction each (promise 48)."""

from alembic import context
from sqlalchemy import text

from feedback_app.config import read_settings
from feedback_app.extensions import make_engine
from feedback_app.models import Base

url = context.config.attributes.get("url") or read_settings().database_url
engine = make_engine(url)
if engine.dialect.name == "sqlite":
    # Once for the file, and here: two workers that set it on a fresh file at start lock each other out.
    raw = engine.raw_connection()
    raw.cursor().execute("PRAGMA journal_mode=WAL")
    raw.close()
with engine.connect() as connection:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SELECT pg_advisory_lock(7236911)"))
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
engine.dispose()
