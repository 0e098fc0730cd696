"""The interactive page of the API: list the operations, fill in parameters, send, look at the answer."""

from flask import Response

from shuke.api.blueprint import blueprint
from shuke.api.openapi import description
from shuke.screens.page import render
from shuke.screens.screen import screen
from shuke.screens.visitor import actor


@screen(blueprint, "/docs", permission="signed_in")
def interactive_page() -> Response:
    return render("api/docs.html", description=description(actor()))
