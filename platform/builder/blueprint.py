"""The blueprint of the builder's screens."""

from flask import Blueprint

blueprint = Blueprint("builder", __name__, template_folder="templates")
