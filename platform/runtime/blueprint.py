"""The blueprint of the staff's screens."""

from flask import Blueprint

blueprint = Blueprint("runtime", __name__, template_folder="templates")
