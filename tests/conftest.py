"""What every test can ask for, and what none leaves behind."""

import logging
import os
import signal

import pytest

pytest_plugins = ["tests.databases.fixtures"]

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background so, and the processes of tests would inherit it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

LOGGERS = ("", "alembic", "sqlalchemy.engine", "flask_migrate")


@pytest.fixture(autouse=True)
def process_as_before():
    """Put back what a command line that runs within this process sets up for all of it."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    variables = {name: os.environ.get(name) for name in ("FLASK_RUN_FROM_CLI", "FLASK_DEBUG")}
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
        for handler in list(logger.handlers):
            if type(handler) is logging.StreamHandler:  # pytest's own are of classes below it
                logger.removeHandler(handler)
    for name, value in variables.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
