"""The env.py files of fifteen years: what each release changed, and a folder of its kind.

Between two releases an env.py differs in a few facts only: how it finds the URL,
the models and the engine, and what it does with `configure_args`. The facts are
here; the files around them are in `folders/`, written for these tests.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent / "folders"

TRY_BIND_KEY = """
def get_engine(bind_key=None):
    try:
        return migrate.db.get_engine(bind_key=bind_key)
    except TypeError:
        return migrate.db.get_engine(bind=bind_key)
"""
TRY_GET_ENGINE = """
def get_engine(bind_key=None):
    try:
        return migrate.db.get_engine(bind=bind_key) if bind_key else migrate.db.get_engine()
    except TypeError:
        return migrate.db.engines.get(bind_key) if bind_key else migrate.db.engine
"""
SHOW_PASSWORD = (
    TRY_GET_ENGINE.replace("TypeError", "(TypeError, AttributeError)")
    + """

def get_engine_url(bind_key=None):
    try:
        url = get_engine(bind_key).url.render_as_string(hide_password=False)
    except AttributeError:
        url = str(get_engine(bind_key).url)
    return url.replace("%", "%%")
"""
)
METADATAS = "migrate.db.metadatas[{}] if hasattr(migrate.db, 'metadatas') else migrate.db.metadata"


@dataclass(frozen=True)
class Generation:
    """One kind of env.py. Strings are Python as it stands there; `name` is a bind."""

    releases: str
    url: str = "current_app.config.get('SQLALCHEMY_DATABASE_URI')"
    models: str = "migrate.metadata"
    engine: str = (
        "engine_from_config(config.get_section('alembic'), 'sqlalchemy.', poolclass=NullPool)"
    )
    helpers: str = ""
    configure_args: str = "ignored"
    """``ignored``, ``splatted``, or ``changed`` and then splatted."""
    guarded: bool = False
    """Whether it drops a revision in which nothing is."""
    literal_sql: bool = False
    """Whether ``--sql`` is configured with the models and literal values."""
    script: int = 1
    """The generation of its script.py.mako."""

    binds: str = ""
    """Where it finds the binds: ``items`` or ``keys`` of the configuration, ``asked`` of `db`."""
    bind_url: str = "url"
    bind_models: str = ""
    bind_engine: str = (
        "engine_from_config(config.get_section(name), 'sqlalchemy.', poolclass=NullPool)"
    )

    event_loop: str = ""
    """How aioflask's env.py starts its coroutine."""

    def __str__(self) -> str:
        return self.releases

    @property
    def templates(self) -> tuple[str, ...]:
        """The templates of these releases that are known here."""
        names = ["flask"] + ["flask-multidb"] * bool(self.binds)
        return (*names, *(["aioflask", "aioflask-multidb"] * bool(self.event_loop)))

    def write(self, template: str, folder: Path) -> None:
        """Write a migrations folder as these releases did."""
        (folder / "versions").mkdir(parents=True)
        for file, source in _sources(template).items():
            (folder / file).write_text(_texts.get_template(source).render(vars(self)))


R0_1 = Generation("0.1.1-1.0.0")
R1_1 = replace(R0_1, releases="1.1-1.3", models="migrate.db.metadata")
R1_4 = replace(R1_1, releases="1.4", configure_args="splatted")
R1_5 = replace(R1_4, releases="1.5.0", binds="items")
R1_5_1 = replace(R1_5, releases="1.5.1-2.0", guarded=True)
R2_1 = replace(R1_5_1, releases="2.1-2.4", script=2)
R2_5 = replace(
    R2_1,
    releases="2.5.0-2.5.2",
    url="current_app.config.get('SQLALCHEMY_DATABASE_URI').replace('%', '%%')",
    literal_sql=True,
    bind_url="url.replace('%', '%%')",
)
R2_5_3 = replace(
    R2_5,
    releases="2.5.3-2.6.0",
    url="str(migrate.db.engine.url).replace('%', '%%')",
    binds="keys",
    bind_url="str(migrate.db.get_engine(current_app, name).url).replace('%', '%%')",
)
R2_7 = replace(
    R2_5_3,
    releases="2.7.0-3.0.0",
    engine="migrate.db.engine",
    bind_engine="migrate.db.get_engine(app=current_app, bind=name)",
)
R3_0_1 = replace(
    R2_7,
    releases="3.0.1-3.1.0",
    script=3,
    url="str(migrate.db.get_engine().url).replace('%', '%%')",
    engine="migrate.db.get_engine()",
    binds="asked",
    bind_url="str(migrate.db.get_engine(bind=name).url).replace('%', '%%')",
    bind_engine="migrate.db.get_engine(bind=name)",
    event_loop="asyncio.run",
)
R4_0 = replace(
    R3_0_1,
    releases="4.0.0",
    helpers=TRY_BIND_KEY,
    models=METADATAS.format(None),
    bind_models=METADATAS.format("name or None"),
    bind_url="str(get_engine(bind_key=name).url).replace('%', '%%')",
    bind_engine="get_engine(bind_key=name)",
    event_loop="asyncio.get_event_loop().run_until_complete",
)
R4_0_1 = replace(
    R4_0,
    releases="4.0.1-4.0.4",
    helpers=TRY_GET_ENGINE,
    url="str(get_engine().url).replace('%', '%%')",
    engine="get_engine()",
)
R4_0_5 = replace(
    R4_0_1,
    releases="4.0.5-4.1.0",
    helpers=SHOW_PASSWORD,
    url="get_engine_url()",
    bind_url="get_engine_url(bind_key=name)",
    configure_args="changed",
)

GENERATIONS = (
    *(R0_1, R1_1, R1_4, R1_5, R1_5_1, R2_1, R2_5, R2_5_3, R2_7),
    *(R3_0_1, R4_0, R4_0_1, R4_0_5),
)


def _sources(template: str) -> dict[str, str]:
    """Return what each file of a folder is made from."""
    shape = "multidb" if template.endswith("multidb") else "single"
    return {
        "alembic.ini": "alembic.ini",
        "env.py": f"{template}.py.jinja",
        "script.py.mako": f"script-{shape}.py.mako.jinja",
    }


_texts = Environment(
    loader=FileSystemLoader(HERE),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
    autoescape=False,  # Python is made, not HTML
)
