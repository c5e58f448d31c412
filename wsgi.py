"""The application for a WSGI server: `granian --interface wsgi wsgi:app`."""

from forum import create_app
from forum.demo.start import stop_server_elsewhere

app = create_app()
stop_server_elsewhere(app)
