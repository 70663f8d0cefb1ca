"""Alembic runs this file for every `flask db` command that needs the databases.

What was passed to Migrate(app, db, ...) reaches context.configure() by itself;
what is passed to it here wins. The main database has the name "".
"""

import asyncio
from contextlib import AsyncExitStack

from alembic import context
from flask import current_app

config = context.config
migrate = current_app.extensions["migrate"]
engines = {key or "": engine for key, engine in migrate.db.engines.items()}


def run_migrations(name, **options):
    context.configure(
        upgrade_token=f"{name}_upgrades",
        downgrade_token=f"{name}_downgrades",
        target_metadata=migrate.db.metadatas[name or None],
        **options,
        **migrate.configure_args,
    )
    context.run_migrations(engine_name=name)


def run_migrations_offline():
    """Write the SQL of each database to a file instead of running it (--sql)."""
    for name, engine in engines.items():
        with open(f"{name or 'default'}.sql", "w") as file:
            run_migrations(name, url=engine.url, output_buffer=file, literal_binds=True)


async def run_migrations_online():
    """Run the revisions on all databases, then commit them all."""
    async with AsyncExitStack() as stack:
        for name, engine in engines.items():
            connection = await stack.enter_async_context(engine.begin())
            await connection.run_sync(
                lambda sync, name=name: run_migrations(name, connection=sync)
            )


if context.is_offline_mode():
    run_migrations_offline()
else:
    asyncio.run(run_migrations_online())
