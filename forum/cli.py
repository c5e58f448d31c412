"""Commands of `flask`, each a thin call into a room's actions."""

from __future__ import annotations

from flask import Flask

from forum.core import worker


def register(app: Flask) -> None:
    """Add the commands to the application."""

    @app.cli.command("worker")
    def _worker() -> None:
        """Work through the outbox: mails, daily sweeps. Ends on SIGTERM after the job in hand."""
        worker.run()
