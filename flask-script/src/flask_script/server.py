"""The runserver command: the application on Werkzeug's development server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .base import Command, InvalidCommand
from .options import Option

if TYPE_CHECKING:
    from flask import Flask


class Server(Command):
    """Runs the application on the development server, which is not for production.

    The debugger follows `app.debug` and the reloader follows the debugger, unless they are
    switched here or by a flag. `options` go to `werkzeug.serving.run_simple` as they are.
    """

    description = help = "Runs the Flask development server, app.run()."

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 5000,
        use_debugger: bool | None = None,
        use_reloader: bool | None = None,
        threaded: bool = False,
        processes: int = 1,
        passthrough_errors: bool = False,
        ssl_crt: str | None = None,
        ssl_key: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__()
        self.host = host
        self.port = port
        self.use_debugger = use_debugger
        self.use_reloader = use_reloader
        self.threaded = threaded
        self.processes = processes
        self.passthrough_errors = passthrough_errors
        self.ssl_crt = ssl_crt
        self.ssl_key = ssl_key
        self.server_options = options

    def get_options(self) -> list[Option]:
        """Return the options, with the constructor's values as defaults."""
        return [
            Option("-h", "--host", dest="host", default=self.host),
            Option("-p", "--port", dest="port", type=int, default=self.port),
            *self._worker_options(),
            *_switch("use_debugger", "-d", "debug", self.use_debugger, "the debugger"),
            *_switch("use_reloader", "-r", "reload", self.use_reloader, "restarts on code changes"),
            Option("--ssl-crt", dest="ssl_crt", default=self.ssl_crt, help="certificate file"),
            Option("--ssl-key", dest="ssl_key", default=self.ssl_key, help="private key file"),
        ]

    def _worker_options(self) -> list[Option]:
        return [
            Option("--threaded", dest="threaded", action="store_true", default=self.threaded),
            Option("--processes", dest="processes", type=int, default=self.processes),
            Option(
                "--passthrough-errors",
                dest="passthrough_errors",
                action="store_true",
                default=self.passthrough_errors,
            ),
        ]

    def __call__(  # type: ignore[override]
        self,
        app: Flask,
        host: str,
        port: int,
        use_debugger: bool | None,
        use_reloader: bool | None,
        threaded: bool,
        processes: int,
        passthrough_errors: bool,
        ssl_crt: str | None,
        ssl_key: str | None,
    ) -> None:
        """Serve until interrupted; without a context, as requests bring their own."""
        options = dict(self.server_options)
        if certificate := _certificate(ssl_crt, ssl_key):
            options["ssl_context"] = certificate
        use_debugger = app.debug if use_debugger is None else use_debugger
        app.run(
            host=host,
            port=port,
            debug=use_debugger,
            use_debugger=use_debugger,
            use_reloader=use_debugger if use_reloader is None else use_reloader,
            threaded=threaded,
            processes=processes,
            passthrough_errors=passthrough_errors,
            **options,
        )


def _switch(dest: str, short: str, name: str, default: bool | None, what: str) -> list[Option]:
    on = {"dest": dest, "action": "store_true", "default": default}
    off = {"dest": dest, "action": "store_false", "default": default}
    return [
        Option(short, f"--{name}", help=f"switch on {what}; not for production", **on),
        Option(short.upper(), f"--no-{name}", help=f"switch off {what}", **off),
    ]


def _certificate(ssl_crt: str | None, ssl_key: str | None) -> tuple[str, str] | None:
    if ssl_crt and ssl_key:
        return ssl_crt, ssl_key
    if ssl_crt or ssl_key:
        raise InvalidCommand("HTTPS needs both files: give --ssl-crt and --ssl-key, or neither.")
    return None
