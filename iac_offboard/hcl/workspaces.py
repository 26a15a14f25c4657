"""Which workspaces a configuration names.

``terraform.workspace`` is chosen at run time, and no file lists the workspaces. What can differ
between them is decided by their names, so these are taken from where the name is used: the keys of
a map that is indexed with it, what it is compared with, the files that its name is a part of, the
``cloud`` or ``remote`` block, and the states that lie in ``terraform.tfstate.d``. ``default``
always exists; it is added where it leads anywhere, which an index without a default does not.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from iac_offboard.hcl import ast
from iac_offboard.hcl.configuration import WORKSPACE, Configurations
from iac_offboard.hcl.convert import known_text
from iac_offboard.hcl.declarations import Configuration
from iac_offboard.hcl.evaluate import evaluate
from iac_offboard.hcl.faults import FileFault
from iac_offboard.hcl.files import inside, normal
from iac_offboard.hcl.free_names import children, mentions
from iac_offboard.hcl.module import Module
from iac_offboard.hcl.values import Hole, List, Map, Piece, Str

_FILES = frozenset(["file", "fileexists", "filebase64", "templatefile"])
_NAME = WORKSPACE.decode()
_SAME = frozenset(["lower", "upper", "trimspace", "coalesce", "try", "tostring", "nonsensitive"])


def workspaces_of(root: Module, states: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """(the names, sorted; may there be the workspace ``default`` beside them).

    () when the workspace decides nothing that could be enumerated. ``root`` is evaluated
    without a workspace.
    """
    search = _Search(set())
    _cloud(root.configuration, search.names)
    if search.names:
        return tuple(sorted(search.names)), False
    search.names.update(states)
    search.module(root, frozenset(), 0)
    return tuple(sorted(search.names)), True


def _children(module: Module) -> Iterator[tuple[str, Module]]:
    """One instance of every call: all instances share the code."""
    for name, block in module.configuration.modules.items():
        expansion = module.expansion(("module", name), block, f"module.{name}")
        child = module.child(name, expansion.instances[0]) if expansion.instances else None
        if child is not None:
            yield name, child


def mentions_workspace(configurations: Configurations, path: str) -> bool:
    """Does the root module at ``path``, or a module of this tree that it calls?"""
    return any(outline.workspace for outline in configurations.reached(path))


def _cloud(configuration: Configuration, names: set[str]) -> None:
    """``terraform { cloud { workspaces { name = "x" } } }``: there is one workspace only."""
    for block in configuration.blocks:
        if block.type != "terraform":
            continue
        for holder in block.body.blocks:
            for inner in holder.body.blocks_of("workspaces"):
                attribute = inner.body.attribute("name")
                if attribute is not None and isinstance(attribute.expr, ast.Literal):
                    text = known_text(attribute.expr.value)
                    names.update([text] if text else [])


@dataclass(slots=True)
class _Search:
    names: set[str]
    _seen: set[str] = field(default_factory=set)

    def module(self, module: Module, tainted: frozenset[str], depth: int) -> None:
        """``tainted``: the names here, ``var.x`` and ``local.y``, that hold the workspace."""
        configuration = module.configuration
        if configuration.path in self._seen or depth > 50:
            return
        self._seen.add(configuration.path)
        tainted = _spread(module, tainted)
        for attribute in _mentioning(configuration, module.configurations, tainted):
            self._expression(attribute.expr, module, tainted)
        for name, child in _children(module):
            block = configuration.modules[name]
            given = frozenset(
                f"var.{a.name}" for a in block.body.attributes if _is_workspace(a.expr, tainted)
            )
            self.module(child, given, depth + 1)

    def _expression(self, expr: ast.Expr, module: Module, tainted: frozenset[str]) -> None:
        if not any(_named(name, steps) in tainted for name, steps, _ in mentions(expr)):
            return
        todo = [expr]
        while todo:
            node = todo.pop()
            self._use(node, module, tainted)
            todo.extend(children(node))
            if isinstance(node, ast.Traversal):
                todo.append(node.base)
                todo.extend(s.key for s in node.steps if isinstance(s, ast.Index))
            elif isinstance(node, ast.Template):
                todo.extend(_parts(node.parts))

    def _use(self, node: ast.Expr, module: Module, tainted: frozenset[str]) -> None:
        match node:
            case ast.Traversal():
                for i, step in enumerate(node.steps):
                    if isinstance(step, ast.Index) and _is_workspace(step.key, tainted):
                        inner = ast.Traversal(node.base, node.steps[:i], node.span)
                        self._keys(inner if i else node.base, module)
            case ast.Binary() if node.operator in ("==", "!="):
                for one, other in ((node.left, node.right), (node.right, node.left)):
                    if _is_workspace(one, tainted):
                        self._text(other, module)
            case ast.Call():
                self._call(node, module, tainted)
            case _:
                return

    def _call(self, node: ast.Call, module: Module, tainted: frozenset[str]) -> None:
        args = node.args
        if node.name == "lookup" and len(args) > 1 and _is_workspace(args[1], tainted):
            self._keys(args[0], module)
        elif node.name == "contains" and len(args) == 2 and _is_workspace(args[1], tainted):
            value = evaluate(args[0], module.env)
            found = value.elements if isinstance(value, List) else ()
            self.names.update(t for e in found if (t := known_text(e.value)))
        elif node.name in _FILES and args:
            self._files(args[0], module)

    def _keys(self, expr: ast.Expr, module: Module) -> None:
        value = evaluate(expr, module.env)
        if isinstance(value, Map):
            self.names.update(e.key.text for e in value.entries if e.key.text)

    def _text(self, expr: ast.Expr, module: Module) -> None:
        text = known_text(evaluate(expr, module.env))
        if text:
            self.names.add(text)

    def _files(self, expr: ast.Expr, module: Module) -> None:
        """``file("envs/${terraform.workspace}.yaml")``: every file that it may be."""
        value = evaluate(expr, module.env)
        holes = [p for p in value.pieces if isinstance(p, Hole)] if isinstance(value, Str) else []
        if not isinstance(value, Str) or len(holes) != 1 or holes[0].ref != _NAME:
            return
        at = value.pieces.index(holes[0])
        before = "".join(p.text for p in value.pieces[:at] if isinstance(p, Piece))
        after = "".join(p.text for p in value.pieces[at + 1 :] if isinstance(p, Piece))
        folder, _, start = before.rpartition("/")
        end, slash, rest = after.partition("/")
        path = module.context.path(folder or ".")
        if not inside(path):
            return
        try:
            listed = module.context.files.names(path)
        except FileFault:
            return
        for name, is_dir in listed:
            middle = name[len(start) : len(name) - len(end)]
            fits = name.startswith(start) and name.endswith(end) and is_dir == bool(slash)
            if fits and middle and (not slash or self._there(module, path, name, rest)):
                self.names.add(middle)

    def _there(self, module: Module, path: str, name: str, rest: str) -> bool:
        return module.context.holds(normal(posixpath.join(path, name, rest)))


def _named(name: str, steps: tuple[ast.Step, ...]) -> str:
    first = steps[0] if steps else None
    return f"{name}.{first.name}" if isinstance(first, ast.GetAttr) else name


def _spread(module: Module, tainted: frozenset[str]) -> frozenset[str]:
    """The locals that hold the workspace, and those that hold them."""
    found = tainted | {_NAME}
    locals_ = module.configuration.locals
    may_mention = module.configurations.may_mention
    while True:
        more = {
            f"local.{name}"
            for name, attribute in locals_.items()
            if f"local.{name}" not in found
            and may_mention(attribute.span, found)
            and _is_workspace(attribute.expr, found)
        }
        if not more:
            return found
        found |= more


def _is_workspace(expr: ast.Expr, tainted: frozenset[str]) -> bool:
    """Is this the workspace's name, perhaps after a change of its spelling or a default?"""
    match expr:
        case ast.Traversal():
            base = expr.base
            return (
                isinstance(base, ast.Variable)
                and len(expr.steps) == 1
                and _named(base.name, expr.steps) in tainted
            )
        case ast.Parens():
            return _is_workspace(expr.inner, tainted)
        case ast.Conditional():
            return _is_workspace(expr.yes, tainted) or _is_workspace(expr.no, tainted)
        case ast.Template():
            return expr.wrap and any(_is_workspace(p, tainted) for p in _parts(expr.parts))
        case ast.Call():
            return expr.name in _SAME and any(_is_workspace(a, tainted) for a in expr.args)
        case _:
            return False


def _parts(parts: tuple[ast.Part, ...]) -> Iterator[ast.Expr]:
    for part in parts:
        if isinstance(part, ast.Interpolation):
            yield part.expr
        elif isinstance(part, ast.IfDirective):
            yield part.condition
            yield from _parts((*part.then, *part.otherwise))
        elif isinstance(part, ast.ForDirective):
            yield part.collection
            yield from _parts(part.body)


def _mentioning(
    configuration: Configuration, configurations: Configurations, names: frozenset[str]
) -> Iterator[ast.Attribute]:
    """The attributes that may mention one of ``names``."""
    may_mention = configurations.may_mention
    attributes = list(configuration.locals.values())
    todo = [block for block in configuration.blocks if block.type != "locals"]
    while todo:
        block = todo.pop()
        # An override stands elsewhere than the block that it is merged into.
        if block.overridden or may_mention(block.span, names):
            attributes.extend(block.body.attributes)
            todo.extend(block.body.blocks)
    return (a for a in attributes if may_mention(a.span, names))
