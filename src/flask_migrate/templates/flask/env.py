"""Alembic runs this file for every `flask db` command that needs the database.

What was passed to Migrate(app, db, ...) reaches context.configure() by itself;
what is passed to it here wins.
"""

from alembic import context
from flask import current_app

config = context.config
migrate = current_app.extensions["migrate"]

# The models that `flask db migrate` compares the database with.
target_metadata = migrate.db.metadata


def run_migrations_offline():
    """Write the SQL instead of running it (--sql)."""
    context.configure(
        url=migrate.db.engine.url,
        target_metadata=target_metadata,
        literal_binds=True,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


def run_migrations_online():
    """Run the revisions on the database."""
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_migrations_offline()
else:
    run_migrations_online()
