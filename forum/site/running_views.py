"""How the site runs, in the administrator's panel: mail and health."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from forum.site import running
from forum.site.admin_views import bp


@bp.get("/mail")
def mail_show() -> ResponseReturnValue:
    """Mail of the last week: sent, failing, come back."""
    g.is_private = True
    return render_template("site/admin/mail.html", mails=running.mails())


@bp.get("/health")
def health_show() -> ResponseReturnValue:
    """Database, worker, room on the disk, the log's last hash."""
    g.is_private = True
    return render_template("site/admin/health.html", health=running.health())
