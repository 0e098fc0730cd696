"""What a list says about groups, figures, roles and colours is checked like everything else."""

import pytest
from publishing_shop import books, entity, label, text

from shuke.core.i18n import use_locale
from shuke.definitions.model import Document
from shuke.definitions.problems import DefinitionErrors
from shuke.publishing.checks import check, complete
from shuke.views import list_plan

CLERK = Document("role", "clerk", "shop", {"name": "clerk", "label": label("Clerk"), "grants": [{"entity": "book", "operations": ["read"]}]})
COLOR = {"when": "pages > 100", "color": "red"}


def checked(**words):
    view = Document("view", "book.list", "shop", {"kind": "list", "entity": "book", "columns": ["title", "pages"], **words})
    with use_locale("en"):
        return check(complete([*books(), CLERK, entity("shelf", {"code": text()}), view]), 1)


def test_groups_figures_and_colours_become_part_of_the_plan():
    catalogue = checked(
        group="created_at:month", summary=[{"field": "pages", "function": "sum"}, {"field": "author.name", "function": "count"}], roles=["clerk"],
        colors=[{**COLOR, "label": label("Long"), "field": "pages"}],
    )
    plan = list_plan(catalogue, "book")
    assert plan.group == "created_at:month"
    assert [(one.path, one.function) for one in plan.summary] == [("pages", "sum"), ("author.name", "count")]
    assert plan.colors[0].field == "pages" and plan.colors[0].label["en"] == "Long"


@pytest.mark.parametrize(("words", "path", "said"), [
    ({"group": "page"}, "group", "Did you mean “pages”?"),
    ({"group": "copies"}, "group", "cannot be grouped by “copies”"),
    ({"group": "title:day"}, "group", "“title” is no date"),
    ({"group": "created_at:hour"}, "group", "created_at:hour"),
    ({"summary": [{"field": "title", "function": "sum"}]}, "summary/0/function", "“title” has no sum"),
    ({"summary": [{"field": "titel", "function": "count"}]}, "summary/0/field", "Did you mean “title”?"),
    ({"summary": [{"field": "pages", "function": "median"}]}, "summary/0/function", "median"),
    ({"roles": ["clerks"]}, "roles/0", "Did you mean “clerk”?"),
    ({"colors": [{**COLOR, "when": "page > 1"}]}, "colors/0/when", "page"),
    ({"colors": [{**COLOR, "field": "price"}]}, "colors/0/field", "no column of this list"),
])
def test_what_is_wrong_is_named(words, path, said):
    with pytest.raises(DefinitionErrors) as refused:
        checked(**words)
    assert any(problem.path == path and said in problem.message for problem in refused.value.problems), refused.value.problems
