"""Accounts, roles and passwords through Flask-AppBuilder, which is imported here alone and serves no address.

It commits by itself, so nothing here may be called inside a unit of work.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app
from flask_appbuilder import AppBuilder, Model
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import User
from sqlalchemy.orm import Session, scoped_session, sessionmaker
from werkzeug.security import check_password_hash, generate_password_hash

from shuke.core import db
from shuke.core.db import Database
from shuke.core.errors import InvalidInput, NotFound
from shuke.core.i18n import gettext as _

SETTINGS: dict[str, Any] = {
    "FAB_ADD_SECURITY_VIEWS": False,
    "FAB_ADD_SECURITY_API": False,
    "FAB_API_SWAGGER_UI": False,
    "FAB_ADD_OPENAPI_VIEWS": False,
    "FAB_ADD_MENU_API": False,
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "RATELIMIT_ENABLED": False,
    "RATELIMIT_STORAGE_URI": "memory://",
}

metadata = Model.metadata
user_table = cast(sa.Table, User.__table__)
role_table = metadata.tables["ab_role"]
assignment_table = metadata.tables["ab_user_role"]
_NO_MAIL = "@users.invalid"
"""Stands for a missing address: the library wants a unique one for each account."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who has proved to know the password, and the hash that was checked."""

    id: int
    username: str
    password_hash: str


class PeopleManager(SecurityManager):  # type: ignore[misc]
    """The library's security manager, with a check that takes as long for an unknown account as for a known one."""

    @cached_property
    def _hash_of_nobody(self) -> str:
        return self.hash("nobody has this password")

    def hash(self, password: str) -> str:
        return generate_password_hash(password, method=current_app.config["FAB_PASSWORD_HASH_METHOD"])

    def auth_user_db(self, username: str, password: str) -> Any:
        user = self.find_user(username=username) or self.find_user(email=username)
        known = user is not None and bool(user.is_active) and bool(user.password)
        expected = user.password if known else self._hash_of_nobody
        self.session.rollback()  # the hash takes a tenth of a second, in which nobody has to wait for a lock
        is_right = check_password_hash(expected, password)
        if user is not None and user.is_active:
            self.update_user_auth_stat(user, known and is_right)
        return user if known and is_right else None


class _Builder(AppBuilder):  # type: ignore[misc]
    """The library without its pages, static files and programming interface."""

    def _add_admin_views(self) -> None:
        pass

    def _add_global_static(self) -> None:
        pass

    def _add_menu_permissions(self, update_perms: bool = False) -> None:
        pass


class Accounts:
    """What the product asks of the library."""

    def __init__(self, app: Flask, database: Database) -> None:
        self._app = app
        # IMMEDIATE: it reads before it writes, which a deferred transaction of SQLite would fail at.
        engine = database.engine.execution_options(sqlite_begin="IMMEDIATE")
        self._session: scoped_session[Session] = scoped_session(sessionmaker(engine))
        builder = _Builder(security_manager_class=PeopleManager)
        with app.app_context():
            builder.init_app(app, self._session)
        # It would look for its own user whenever a page is drawn; ours is known by then.
        processors = app.template_context_processors[None]
        processors[:] = [one for one in processors if not one.__module__.startswith("flask_login")]
        self._people = cast(PeopleManager, builder.sm)
        app.teardown_appcontext(lambda _error: self._session.remove())

    def authenticate(self, login: str, password: str) -> Account | None:
        """The account that this user name or e-mail address and this password open."""
        self._outside()
        user = self._people.auth_user_db(login, password)
        found = None if user is None else Account(user.id, user.username, user.password)
        self._session.remove()
        return found

    def add(self, username: str, name: str, email: str, password: str) -> int:
        """Make an account without roles and give its id."""
        self._outside()
        self._refuse_taken(username, email)
        user = self._people.add_user(
            username, name[:64], "", email or username + _NO_MAIL, hashed_password=self._people.hash(password),
        )
        if not user:
            self._session.rollback()
            raise InvalidInput({"username": [_("This account could not be made. Try another user name.")]})
        made = int(user.id)
        self._session.remove()
        return made

    def change(self, user_id: int, *, username: str, name: str, email: str, active: bool) -> None:
        """Bring the account in line with the user's record."""
        self._outside()
        user = self._user(user_id)
        self._refuse_taken(username, email, but=user_id)
        user.username, user.first_name, user.last_name = username, name[:64], ""
        user.email, user.active = email or username + _NO_MAIL, active
        self._session.commit()
        self._session.remove()

    def set_password(self, user_id: int, password: str) -> None:
        self._outside()
        self._user(user_id).password = self._people.hash(password)
        self._session.commit()
        self._session.remove()

    def set_roles(self, user_id: int, names: Iterable[str]) -> bool:
        """Give the account exactly these roles; says whether anything changed."""
        self._outside()
        roles = [self._people.add_role(name) for name in sorted(set(names))]
        user = self._user(user_id)
        changed = {role.id for role in user.roles} != {role.id for role in roles}
        user.roles = roles
        self._session.commit()
        self._session.remove()
        return changed

    def remove(self, user_id: int) -> None:
        """Take back an account whose record could not be made."""
        self._outside()
        self._session.delete(self._user(user_id))
        self._session.commit()
        self._session.remove()

    def public_permissions(self) -> list[Any]:
        """What visitors without an account may do by the library's own rules: has to be nothing."""
        role = self._people.find_role("Public")
        found = list(role.permissions) if role else []
        self._session.remove()
        return found

    def _user(self, user_id: int) -> Any:
        user = self._people.get_user_by_id(user_id)
        if user is None:
            raise NotFound
        return user

    def _refuse_taken(self, username: str, email: str, but: int = 0) -> None:
        taken = self._people.find_user(username=username)
        if taken is not None and taken.id != but:
            raise InvalidInput({"username": [_("Somebody has this user name already.")]})
        taken = self._people.find_user(email=email) if email else None
        if taken is not None and taken.id != but:
            raise InvalidInput({"email": [_("Somebody has this e-mail address already.")]})

    def _outside(self) -> None:
        if db.in_unit_of_work():
            raise RuntimeError("Accounts are changed outside a unit of work: the library commits by itself.")


def create_tables(connection: sa.Connection) -> None:
    """Make the library's tables where they are missing."""
    metadata.create_all(connection)
