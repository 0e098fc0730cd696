"""The blueprint of signing in, the own account and the administration."""

from typing import cast

from flask import Blueprint, current_app

from shuke.web.configuration import Configuration
from shuke.web.security import Accounts

blueprint = Blueprint("web", __name__, template_folder="templates")


def accounts() -> Accounts:
    return cast(Accounts, current_app.extensions["shuke_accounts"])


def configuration() -> Configuration:
    return cast(Configuration, current_app.extensions["shuke_configuration"])
