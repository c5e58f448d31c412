"""Logs: one JSON object a line, without personal data (no address, no text, no IP)."""

from __future__ import annotations

import logging
import sys

import structlog
from flask import Flask


def init_logs(app: Flask) -> None:
    """Send structured lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    app.logger.setLevel(logging.WARNING)
