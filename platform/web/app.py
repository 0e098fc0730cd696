"""Puts the application together: this is wiring only."""

from pathlib import Path
from typing import Any

from flask import Flask, g
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from shuke import fields, screens
from shuke.api import blueprint as api
from shuke.builder.blueprint import blueprint as builder
from shuke.core.db import Database
from shuke.core.i18n import compile_catalogues
from shuke.runtime.blueprint import blueprint as runtime
from shuke.screens.assets import Assets, serve_asset
from shuke.screens.page import send_toasts
from shuke.web.administration import blueprint as web
from shuke.web.compression import compress_pages
from shuke.web.configuration import Configuration, check_configuration, secret_key
from shuke.web.errors import handle_errors
from shuke.web.forgery import refuse_forgery
from shuke.web.headers import add_headers
from shuke.web.health import add_health
from shuke.web.host import WebHost
from shuke.web.requests import limit_requests
from shuke.web.routes import check_routes
from shuke.web.security import SETTINGS, Accounts
from shuke.web.sessions import touch
from shuke.web.template_words import add_template_words
from shuke.web.tokens import touch_token

BLUEPRINTS = (web, builder, runtime, api)
_PACKAGES = (screens, fields)


def create_app(configuration: Configuration, database: Database | None = None) -> Flask:
    """The application for one company; refuses to start when it would not be safe."""
    check_configuration(configuration)
    compile_catalogues()
    database = database or Database(configuration.database)
    app = Flask("shuke.web", static_folder=None)
    app.config.update(_settings(configuration), **SETTINGS)
    if configuration.trusted_proxies:
        count = configuration.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["shuke"] = WebHost(database, session_cookie(configuration), configuration.files)
    app.extensions["shuke_configuration"] = configuration
    app.extensions["shuke_assets"] = Assets([folder for blueprint in BLUEPRINTS if (folder := _folder(blueprint, "static")).is_dir()] + [_folder(screens, "static")])
    add_headers(app, configuration)
    compress_pages(app)
    app.after_request(send_toasts)
    app.teardown_request(lambda _error: _note_use(database))
    limit_requests(app)
    refuse_forgery(app)
    handle_errors(app)
    app.extensions["shuke_accounts"] = Accounts(app, database)
    app.jinja_loader = ChoiceLoader([FileSystemLoader(_folder(package, "templates")) for package in _PACKAGES])
    add_template_words(app)
    add_health(app, configuration, database)
    app.add_url_rule("/static/<version>/<path:name>", "static", serve_asset)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    check_routes(app)
    return app


def session_cookie(configuration: Configuration) -> str:
    return "__Host-shuke" if configuration.is_https else "shuke"


def _settings(configuration: Configuration) -> dict[str, Any]:
    return {
        "SECRET_KEY": secret_key(configuration),
        "SHUKE_SESSION_COOKIE": session_cookie(configuration),
        "SESSION_COOKIE_NAME": session_cookie(configuration) + "_form",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": configuration.is_https,
        "TRUSTED_HOSTS": configuration.hosts,
        "FAB_PASSWORD_HASH_METHOD": configuration.password_hash,
        "TEMPLATES_AUTO_RELOAD": False,
    }


def _folder(owner: Any, name: str) -> Path:
    """A folder of a blueprint's or package's own."""
    root = getattr(owner, "root_path", None) or Path(owner.__file__).parent
    return Path(root) / name


def _note_use(database: Database) -> None:
    """Keep a used session alive; at most once in a few minutes, after the answer."""
    session, token = g.pop("touch_session", ""), g.pop("touch_token", "")
    if not session and not token:
        return
    with database.write():
        if session:
            touch(session)
        if token:
            touch_token(token)
