"""Builds our syntax tree from tree-sitter's concrete one."""

from __future__ import annotations

from collections.abc import Callable

from iac_offboard.hcl import ast
from iac_offboard.hcl.faults import MAX_DEPTH, FileFault, too_deep
from iac_offboard.hcl.grammar import Node, meaningful
from iac_offboard.hcl.numbers import parse_number
from iac_offboard.hcl.template_syntax import Marker, Raw, Token, assemble, quoted_pieces
from iac_offboard.hcl.values import Bool, Null, Num, Piece, Str
from iac_offboard.model import SkipReason, Span

_OPERATORS = frozenset(["+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"])
_MARKERS = ("template_interpolation", "template_if_", "template_else_", "template_for_")


class Reader:
    """Builds our tree from tree-sitter's. One instance per text; not for use by two threads."""

    def __init__(
        self,
        data: bytes,
        file: str,
        locate: Callable[[int, int], Span] | None = None,
        *,
        exact: bool = True,
    ) -> None:
        self.data = data
        self.file = file
        self.exact = exact
        self.depth = 0
        self._locate = locate

    def span(self, start: int, end: int) -> Span:
        if self._locate is not None:
            return self._locate(start, end)
        return Span(file=self.file, start=start, end=end)

    def span_of(self, node: Node) -> Span:
        return self.span(node.start_byte, node.end_byte)

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def enter(self, node: Node) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise too_deep(self.file, self.data.count(b"\n", 0, node.start_byte) + 1)

    # ------------------------------------------------------------------ expressions

    def expression(self, node: Node) -> ast.Expr:
        self.enter(node)
        result = self.chain(meaningful(node, parens=True), node)
        self.depth -= 1
        return result

    def chain(self, nodes: list[Node], whole: Node) -> ast.Expr:
        """A base with its ``.name``, ``[key]`` and splat suffixes."""
        at = 0
        start = whole.start_byte if not nodes else nodes[0].start_byte
        if nodes and nodes[0].type == "(":
            inner = self.expression(nodes[1])
            close = next((i for i, n in enumerate(nodes) if n.type == ")"), len(nodes) - 1)
            base: ast.Expr = ast.Parens(inner, self.span(start, nodes[close].end_byte))
            at = close + 1
        elif nodes:
            base = self._base(nodes[0])
            at = 1
        else:
            raise self.fault(whole, "an expression is missing")
        steps = self._steps(nodes[at:])
        if not steps:
            return base
        return ast.Traversal(base, tuple(steps), self.span(start, nodes[-1].end_byte))

    def _steps(self, nodes: list[Node]) -> list[ast.Step]:
        steps: list[ast.Step] = []
        for i, node in enumerate(nodes):
            if node.type == "get_attr":
                name = node.named_children[-1]
                steps.append(ast.GetAttr(self.text(name), self.span_of(name)))
            elif node.type == "index":
                steps.append(self._index(node))
            elif node.type == "splat" and node.named_children[0].type == "full_splat":
                # everything behind ``[*]`` is applied to each element, another splat too
                inner = self._inside_splat(node)
                steps.append(ast.Splat((*inner, *self._steps(nodes[i + 1 :])), self.span_of(node)))
                break
            elif node.type == "splat":
                steps.extend(self._splat(node))
        return steps

    def _index(self, node: Node) -> ast.Step:
        inner = node.named_children[0]
        if inner.type == "legacy_index":  # a.0: the grammar gives the digits no node
            digits = self.text(inner).lstrip(".").strip()
            span = self.span(inner.start_byte + 1, inner.end_byte)
            return ast.Index(ast.Literal(Num(parse_number(digits), span), span), self.span_of(node))
        return ast.Index(self.expression(meaningful(inner)[0]), self.span_of(node))

    def _inside_splat(self, node: Node) -> list[ast.Step]:
        self.enter(node)
        steps = self._steps(meaningful(node.named_children[0]))
        self.depth -= 1
        return steps

    def _splat(self, node: Node) -> list[ast.Step]:
        inner = node.named_children[0]
        steps = self._inside_splat(node)
        span = self.span_of(node)
        # ``.*`` takes names and ``.0`` only; an index in brackets applies to the whole list
        inside = [c if c.type == "get_attr" else c.named_children[0] for c in meaningful(inner)]
        ends = (i for i, c in enumerate(inside) if c.type not in ("get_attr", "legacy_index"))
        taken = next(ends, len(steps))
        return [ast.Splat(tuple(steps[:taken]), span), *steps[taken:]]

    def _base(self, node: Node) -> ast.Expr:
        kind = node.type
        if kind == "literal_value":
            return self._literal(node)
        if kind == "variable_expr":
            return ast.Variable(self.text(node), self.span_of(node))
        if kind == "template_expr":
            return self._template(node.named_children[0])
        if kind == "operation":
            return self._operation(node.named_children[0])
        build = {
            "collection_value": self._collection,
            "function_call": self._call,
            "for_expr": self._for,
            "conditional": self._conditional,
            "expression": self.expression,
        }.get(kind)
        if build is None:
            raise self.fault(node, f"{kind} is not expected here")
        return build(node)

    def fault(self, node: Node, detail: str) -> FileFault:
        line = self.data.count(b"\n", 0, node.start_byte) + 1
        return FileFault(self.file, SkipReason.UNPARSEABLE, f"syntax error: {detail}", line=line)

    def _literal(self, node: Node) -> ast.Literal:
        inner = node.named_children[0]
        span = self.span_of(inner)
        if inner.type == "string_lit":
            raw = self.data[inner.start_byte + 1 : inner.end_byte - 1]
            pieces = quoted_pieces(raw, inner.start_byte + 1, self.span, self.exact)
            return ast.Literal(Str(pieces or (Piece("", span),)), span)
        text = self.text(inner)
        if inner.type == "numeric_lit":
            return ast.Literal(Num(parse_number(text), span), span)
        value = Bool(text == "true", span) if inner.type == "bool_lit" else Null(span)
        return ast.Literal(value, span)

    def _operation(self, node: Node) -> ast.Expr:
        self.enter(node)
        nodes = [c for c in node.children if c.type != "comment"]
        result: ast.Expr
        if node.type == "unary_operation":
            operand = self.chain(nodes[1:], node)
            result = ast.Unary(nodes[0].type, operand, self.span_of(node))
        else:
            at = next(i for i, c in enumerate(nodes) if c.type in _OPERATORS)
            left, right = self.chain(nodes[:at], node), self.chain(nodes[at + 1 :], node)
            result = ast.Binary(nodes[at].type, left, right, self.span_of(node))
        self.depth -= 1
        return result

    def _collection(self, node: Node) -> ast.Expr:
        inner = node.named_children[0]
        span = self.span_of(inner)
        if inner.type == "tuple":
            items = [self.expression(c) for c in inner.named_children if c.type == "expression"]
            return ast.Tuple(tuple(items), span)
        elements = [self._item(c) for c in inner.named_children if c.type == "object_elem"]
        return ast.Object(tuple(elements), span)

    def _item(self, node: Node) -> ast.ObjectItem:
        key_node, value_node = node.child_by_field_name("key"), node.child_by_field_name("val")
        if key_node is None or value_node is None:
            raise self.fault(node, "an object element lacks its key or value")
        key = self.expression(key_node)
        null = isinstance(key, ast.Literal) and isinstance(key.value, Null)
        if isinstance(key, ast.Variable) or null:  # a bare word is a string, not a reference
            key = ast.Literal(Str((Piece(self.text(key_node), key.span, self.exact),)), key.span)
        return ast.ObjectItem(key, self.expression(value_node), self.span_of(node))

    def _call(self, node: Node) -> ast.Call:
        parts = meaningful(node)
        args: list[ast.Expr] = []
        expand = False
        for child in parts[1:]:
            for arg in child.named_children:
                if arg.type == "expression":
                    args.append(self.expression(arg))
                expand = expand or arg.type == "ellipsis"
        return ast.Call(self.text(parts[0]), tuple(args), expand, self.span_of(node))

    def _conditional(self, node: Node) -> ast.Conditional:
        test, yes, no = (self.expression(c) for c in meaningful(node)[:3])
        return ast.Conditional(test, yes, no, self.span_of(node))

    def _for(self, node: Node) -> ast.For:
        inner = node.named_children[0]
        parts = [c for c in inner.named_children if c.type != "comment"]
        intro = next(c for c in parts if c.type == "for_intro")
        key_var, value_var, collection = self._intro(intro)
        exprs = [self.expression(c) for c in parts if c.type == "expression"]
        cond = next((c for c in parts if c.type == "for_cond"), None)
        condition = None if cond is None else self.expression(meaningful(cond)[-1])
        group = any(c.type == "ellipsis" for c in parts)
        key = exprs[0] if inner.type == "for_object_expr" else None
        return ast.For(
            key_var, value_var, collection, key, exprs[-1], condition, group, self.span_of(node)
        )

    def _intro(self, node: Node) -> tuple[str, str, ast.Expr]:
        parts = meaningful(node)
        names = [self.text(c) for c in parts if c.type == "identifier"]
        collection = self.expression(next(c for c in parts if c.type == "expression"))
        return (names[0] if len(names) > 1 else "", names[-1], collection)

    # ------------------------------------------------------------------ templates

    def _template(self, node: Node) -> ast.Template | ast.Literal:
        span = self.span_of(node)
        if node.type == "quoted_template":
            return self.template_between(node, node.start_byte + 1, node.end_byte - 1, span, True)
        names = [c for c in node.named_children if c.type == "heredoc_identifier"]
        start = self.data.find(b"\n", names[0].end_byte) + 1
        end = max(self.data.rfind(b"\n", 0, names[-1].start_byte) + 1, start)
        stripped = any(self.text(c) == "<<-" for c in node.named_children[:1])
        return self.template_between(node, start, end, span, False, stripped)

    def template_between(
        self,
        node: Node,
        start: int,
        end: int,
        span: Span,
        quoted: bool = False,
        stripped: bool = False,
    ) -> ast.Template | ast.Literal:
        self.enter(node)
        tokens = self._tokens(node, start, end)
        self.depth -= 1
        parts = assemble(self.data, tokens, self.span, quoted, stripped, self.exact)
        if all(isinstance(p, Piece) for p in parts):
            pieces = tuple(p for p in parts if isinstance(p, Piece))
            return ast.Literal(Str(pieces or (Piece("", span),)), span)
        wrap = len(parts) == 1 and isinstance(parts[0], ast.Interpolation)
        return ast.Template(parts, span, wrap)

    def _tokens(self, node: Node, start: int, end: int) -> list[Token]:
        """Markers in order with the raw text between them; whitespace has no node of its own."""
        tokens: list[Token] = []
        self._collect(node, tokens, start, end)
        at = start
        spaced: list[Token] = []
        for token in tokens:
            spaced += [Raw(at, token.start), token]
            at = token.end
        return [*spaced, Raw(at, end)]

    def _collect(self, node: Node, tokens: list[Token], start: int, end: int) -> None:
        for child in node.named_children:
            if child.start_byte < start or child.end_byte > end:
                continue
            if child.type.startswith(_MARKERS):
                tokens.append(self._marker(child))
            elif child.type in ("template_directive", "template_if", "template_for"):
                self.enter(child)
                self._collect(child, tokens, start, end)
                self.depth -= 1

    def _marker(self, node: Node) -> Marker:
        parts = [c for c in node.named_children if c.type != "comment"]
        names = [self.text(c) for c in parts if c.type == "identifier"]
        expr = next((self.expression(c) for c in parts if c.type == "expression"), None)
        text = self.data[node.start_byte : node.end_byte]
        return Marker(
            node.type,
            node.start_byte,
            node.end_byte,
            expr,
            names[0] if len(names) > 1 else "",
            names[-1] if names else "",
            text[2:3] == b"~",
            text[-2:-1] == b"~",
        )
