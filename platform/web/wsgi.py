"""The application for a server such as gunicorn: `gunicorn shuke.web.wsgi:app`, after `shuke init`."""

from shuke.core.db import Database
from shuke.web.app import create_app
from shuke.web.configuration import load_configuration

_configuration = load_configuration()
app = create_app(_configuration, Database(_configuration.database, pool_size=_configuration.threads + 2))
