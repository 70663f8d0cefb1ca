"""Alembic runs this file for every `flask db` command that needs the database.

What was passed to Migrate(app, db, ...) reaches context.configure() by itself;
what is passed to it here wins.
"""

import asyncio

from alembic import context
from flask import current_app

config = context.config
migrate = current_app.extensions["migrate"]

# The models that `flask db migrate` compares the database with.
target_metadata = migrate.db.metadata


def run_migrations(**options):
    context.configure(
        target_metadata=target_metadata,
        **options,
        **migrate.configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_migrations_online():
    """Run the revisions on the database."""
    async with migrate.db.engine.connect() as connection:
        await connection.run_sync(lambda sync: run_migrations(connection=sync))


if context.is_offline_mode():
    run_migrations(url=migrate.db.engine.url, literal_binds=True)
else:
    asyncio.run(run_migrations_online())
