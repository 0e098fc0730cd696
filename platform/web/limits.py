"""How often an account or an address may try."""

from datetime import timedelta

from shuke.core.limits import Limit

LOGIN_OF_ACCOUNT = Limit("login account", 5, timedelta(minutes=1))
LOGIN_OF_ADDRESS = Limit("login address", 30, timedelta(minutes=1))
FIRST_RUN = Limit("first run", 10, timedelta(minutes=1))
PUBLIC_FORM_OF_ADDRESS = Limit("public form address", 10, timedelta(minutes=1))
PUBLIC_FILES_OF_ADDRESS = Limit("public files address", 40, timedelta(hours=1))
PUBLIC_FILES_OF_FORM = Limit("public files form", 500, timedelta(days=1))
PASSWORD_CHANGE = Limit("password change", 5, timedelta(minutes=1))
