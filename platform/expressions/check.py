"""The type checker: from the syntax tree to the typed tree, with every name looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from shuke.core.i18n import gettext as _
from shuke.expressions import comparing, convert
from shuke.expressions.errors import ExpressionError
from shuke.expressions.functions import FUNCTIONS
from shuke.expressions.functions.base import Function
from shuke.expressions.functions.operators import OPERATORS
from shuke.expressions.names import Found, Names, close, collection_error
from shuke.expressions.nodes import Aggregate, Call, Constant, Field, Node, Variable
from shuke.expressions.tree import CallSyntax, Literal, Name, OperatorSyntax, PathSyntax, Syntax
from shuke.expressions.types import BOOL, INTEGER, TEXT, Kind, Path, Scope, Type

COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")


class Checker:
    """Checks one expression and collects what it depends on."""

    def __init__(self, scope: Scope, entity: str, variables: Mapping[str, Type]) -> None:
        self.names = Names(scope, entity, variables)
        self.paths: set[Path] = set()
        self.collections: set[Path] = set()
        self.variables: set[str] = set()
        self.volatile = False
        self._collection: Path = ()
        self._row_entity = ""

    def node(self, syntax: Syntax) -> Node:
        match syntax:
            case Literal():
                return _constant(syntax)
            case PathSyntax():
                return self._path(syntax)
            case OperatorSyntax():
                return self._operator(syntax)
            case CallSyntax():
                return self._call(syntax)
        raise TypeError(syntax)

    def fit(self, node: Node, expect: Type) -> Node:
        """The whole expression as the type that its place expects."""
        if expect.kind is Kind.TEXT and node.type.kind in (Kind.NUMBER, Kind.DATE, Kind.DATETIME):
            return convert.converted("TO_TEXT", node)
        if expect.kind is Kind.DATE:
            node = convert.to_day(node)
            node = convert.day_constant(node)
        if node.type.kind is Kind.BLANK:
            return replace(node, type=expect)
        if node.type.kind is not expect.kind:
            raise ExpressionError("result", node.start, node.end, _(
                "The formula has to give %(wanted)s, but it gives %(given)s.",
                wanted=convert.words_for(expect.kind), given=convert.words_for(node.type.kind)))
        if expect.entity and node.type.entity and expect.entity != node.type.entity:
            raise ExpressionError("result", node.start, node.end, _(
                "The formula has to lead to a record of “%(wanted)s”, but it leads to one of “%(given)s”.",
                wanted=self.names.scope.label(expect.entity), given=self.names.scope.label(node.type.entity)))
        if expect.kind is Kind.NUMBER and expect.scale is not None:
            return convert.to_scale(node, expect.scale)
        return node

    def _path(self, syntax: PathSyntax) -> Node:
        found = self._find(syntax)
        if found.variable:
            return self._variable(syntax, found)
        if found.many is not None:
            raise collection_error(found.names[found.many - 1], found.names)
        if not found.members:
            raise collection_error(found.names[-1] if found.names else syntax.names[-1], syntax.names)
        self.paths.add((self._collection if found.row else ()) + found.path)
        return Field(found.type, syntax.start, syntax.end, found.path, row=found.row)

    def _find(self, syntax: PathSyntax) -> Found:
        return self.names.find(syntax.names, self._row_entity, self._collection)

    def _variable(self, syntax: PathSyntax, found: Found) -> Node:
        name = ".".join((found.variable, *found.path))
        self.variables.add(name)
        return Variable(found.type, syntax.start, syntax.end, name)

    def _operator(self, syntax: OperatorSyntax) -> Node:
        nodes = [self.node(argument) for argument in syntax.arguments]
        sign = syntax.name.text
        if sign == "NOT":
            return self._built(FUNCTIONS["NOT"], nodes, syntax, sign)
        if sign in COMPARISONS:
            return comparing.comparison(sign, nodes[0], nodes[1], syntax.start, syntax.end)
        if sign == "IN":
            return comparing.belonging(nodes[0], nodes[1:], syntax.start, syntax.end)
        name, shown = _of_dates(sign, nodes), "-" if sign == "NEGATE" else sign
        return self._built(OPERATORS[name], nodes, syntax, shown)

    def _call(self, syntax: CallSyntax) -> Node:
        function = self._function(syntax.name)
        if function.aggregate and (collection := self._collection_of(syntax)):
            return self._aggregate(function, syntax, collection)
        if function.aggregate and not function.takes:
            raise ExpressionError("needs_collection", syntax.start, syntax.end, _(
                "“%(function)s” needs a collection of records, such as a sub-table.", function=function.name))
        self.volatile = self.volatile or function.volatile
        return self._built(function, [self.node(argument) for argument in syntax.arguments], syntax, function.name)

    def _function(self, name: Name) -> Function:
        if name.text in FUNCTIONS:
            return FUNCTIONS[name.text]
        near = close(name.text, (function.name for function in FUNCTIONS))
        said = _("There is no function called “%(name)s”; did you mean “%(near)s”?", name=name.text, near=near) if near else _(
            "There is no function called “%(name)s”.", name=name.text)
        raise ExpressionError("unknown_function", name.start, name.end, said)

    def _built(self, function: Function, nodes: Sequence[Node], syntax: CallSyntax, shown: str) -> Node:
        parameters = function.parameters.given(len(nodes))
        if parameters is None:
            raise ExpressionError("arguments", syntax.start, syntax.end, _(
                "“%(function)s” is written %(signature)s; %(count)s values are given.",
                function=shown, signature=function.signature, count=len(nodes)))
        fitted = tuple(convert.fit(node, parameter.kind, shown) for node, parameter in zip(nodes, parameters, strict=True))
        if function.check:
            function.check(*fitted)
        groups = {kind: [node for node, parameter in zip(fitted, parameters, strict=True) if parameter.kind == kind]
                  for kind in ("same", "case")}
        unified = {kind: convert.unified(group, shown) for kind, group in groups.items() if group}
        if function.gives == "same":
            given = unified["same"]
        elif isinstance(function.gives, Type):
            given = function.gives
        else:
            assert callable(function.gives)
            given = function.gives(fitted)
        return Call(given, syntax.start, syntax.end, function, fitted)

    def _collection_of(self, syntax: CallSyntax) -> Found | None:
        """The collection that the first argument reads, if it reads one."""
        if not syntax.arguments or (self._row_entity and not isinstance(syntax.arguments[0], PathSyntax)):
            return None
        for path in _paths_in(syntax.arguments[0]):
            found = self._find(path)
            if found.many is not None or (found.row and not found.members):
                if self._row_entity:
                    raise ExpressionError("nested", syntax.start, syntax.end, _(
                        "A function over a collection cannot stand inside another one."))
                return found
        return None

    def _aggregate(self, function: Function, syntax: CallSyntax, found: Found) -> Node:
        many = cast(int, found.many)
        if len(syntax.arguments) > 2:
            raise ExpressionError("arguments", syntax.start, syntax.end, _(
                "Over a collection “%(function)s” takes what to compute and at most one condition.", function=function.name))
        self._collection, self._row_entity = found.path[:many], found.members[many - 1].type.entity
        self.collections.add(self._collection)
        try:
            value = self._row_value(function, syntax.arguments[0])
            condition = convert.fit(self.node(syntax.arguments[1]), "bool", function.name) if len(syntax.arguments) == 2 else None
            return _aggregated(function, self._collection, value, condition, syntax)
        finally:
            self._collection, self._row_entity = (), ""

    def _row_value(self, function: Function, syntax: Syntax) -> Node | None:
        if isinstance(syntax, PathSyntax):
            found = self._find(syntax)
            if found.row and not found.members:
                return None
            if found.row and found.many is not None:
                raise ExpressionError("nested", syntax.start, syntax.end, _(
                    "“%(name)s” is a collection inside a collection; only one can be summed up.", name=syntax.text))
        return self.node(syntax)


def _aggregated(function: Function, collection: Path, value: Node | None, condition: Node | None, syntax: Syntax) -> Node:
    kinds = {"sum": (Kind.NUMBER,), "average": (Kind.NUMBER,), "any": (), "all": (Kind.BOOL,),
             "min": (Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TEXT), "max": (Kind.NUMBER, Kind.DATE, Kind.DATETIME, Kind.TEXT)}
    wanted = kinds.get(function.aggregate)
    if function.aggregate in ("any", "all"):
        if value is not None:
            raise ExpressionError("collection_only", value.start, value.end, _(
                "“%(function)s” takes a collection and a condition.", function=function.name))
    elif wanted and value is None:
        raise ExpressionError("field_needed", syntax.start, syntax.end, _(
            "“%(function)s” needs a field of the collection, such as SUM(lines.amount).", function=function.name))
    elif wanted and value is not None and value.type.kind not in wanted:
        raise convert.mismatch(value, wanted[0], function.name)
    if function.aggregate == "average":
        assert value is not None
        total = Aggregate(value.type, syntax.start, syntax.end, FUNCTIONS["SUM"], collection, value, condition)
        count = Aggregate(INTEGER, syntax.start, syntax.end, FUNCTIONS["COUNT"], collection, value, condition)
        divide = OPERATORS["/"]
        assert isinstance(divide.gives, Type)
        return Call(divide.gives, syntax.start, syntax.end, divide, (total, count))
    given = {"any": BOOL, "all": BOOL, "count": INTEGER, "unique": INTEGER}.get(function.aggregate)
    if given is None:
        assert value is not None
        given = value.type
    return Aggregate(given, syntax.start, syntax.end, function, collection, value, condition)


def _of_dates(sign: str, nodes: Sequence[Node]) -> str:
    """Which operation a plus or minus is, by the types."""
    if len(nodes) != 2 or sign not in "+-":
        return sign
    left, right = (node.type.kind for node in nodes)
    if left is Kind.DATE and right is Kind.NUMBER:
        return "DAYS_AFTER" if sign == "+" else "DAYS_BEFORE"
    if sign == "-" and left is Kind.DATETIME and right is Kind.DATETIME:
        return "ELAPSED"
    if sign == "-" and left in (Kind.DATE, Kind.DATETIME) and right in (Kind.DATE, Kind.DATETIME):
        return "DAYS_BETWEEN"
    return sign


def _paths_in(syntax: Syntax) -> list[PathSyntax]:
    if isinstance(syntax, PathSyntax):
        return [syntax]
    if isinstance(syntax, CallSyntax) and syntax.name.text in FUNCTIONS and FUNCTIONS[syntax.name.text].aggregate:
        return []
    return [path for argument in getattr(syntax, "arguments", ()) for path in _paths_in(argument)]


def _constant(syntax: Literal) -> Constant:
    if isinstance(syntax.value, bool):
        return Constant(BOOL, syntax.start, syntax.end, syntax.value)
    if isinstance(syntax.value, str):
        return Constant(TEXT, syntax.start, syntax.end, syntax.value)
    exponent = syntax.value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Constant(Type(Kind.NUMBER, scale=max(0, -exponent)), syntax.start, syntax.end, syntax.value)

