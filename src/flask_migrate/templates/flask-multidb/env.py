"""Alembic runs this file for every `flask db` command that needs the databases.

What was passed to Migrate(app, db, ...) reaches context.configure() by itself;
what is passed to it here wins. The main database has the name "".
"""

from contextlib import ExitStack

from alembic import context
from flask import current_app

USE_TWOPHASE = False

config = context.config
migrate = current_app.extensions["migrate"]
engines = {key or "": engine for key, engine in migrate.db.engines.items()}


def configure(name, **options):
    context.configure(
        upgrade_token=f"{name}_upgrades",
        downgrade_token=f"{name}_downgrades",
        target_metadata=migrate.db.metadatas[name or None],
        **options,
        **migrate.configure_args,
    )


def run_migrations_offline():
    """Write the SQL of each database to a file instead of running it (--sql)."""
    for name, engine in engines.items():
        with open(f"{name or 'default'}.sql", "w") as file:
            configure(name, url=engine.url, output_buffer=file, literal_binds=True)
            with context.begin_transaction():
                context.run_migrations(engine_name=name)


def run_migrations_online():
    """Run the revisions on all databases, then commit them all."""
    with ExitStack() as stack:
        connections = {n: stack.enter_context(e.connect()) for n, e in engines.items()}
        begin = "begin_twophase" if USE_TWOPHASE else "begin"
        transactions = [stack.enter_context(getattr(c, begin)()) for c in connections.values()]
        for name, connection in connections.items():
            configure(name, connection=connection)
            context.run_migrations(engine_name=name)
        for transaction in transactions if USE_TWOPHASE else ():
            transaction.prepare()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
