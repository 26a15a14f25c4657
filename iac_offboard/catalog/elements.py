"""The element of a policy document that a removal takes out, as a rollback would put it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from iac_offboard.catalog.policy import Json, PolicyPrincipal, condition_summary, statements

REDACTED = "[not recorded]"


def element(document: Json, found: PolicyPrincipal) -> Json:
    """One principal of ``document``: its text, the key it stands under (``AWS``, ``Federated``
    ...), its statement with its place among the others (``index``), and what the document says
    beside its statements (Version, Id: nothing else tells them once a policy is taken away).
    Never a value of the statement's Condition, a known place for shared secrets: see
    :func:`without_condition_values`. ``condition`` tells it from another one: what it compares,
    and a digest."""
    body = statements(document)[found.statement][1]
    key = found.path[-2] if isinstance(found.path[-1], int) else found.path[-1]
    whole = document if isinstance(document, Mapping) else {}
    condition = condition_summary(body.get("Condition"))
    return {
        "principal": found.text,
        "element": str(key),
        "statement": without_condition_values(body),
        "index": found.statement,
        **({"condition": condition} if condition else {}),
        "document": {name: value for name, value in whole.items() if name != "Statement"},
    }


def without_condition_values(document: Json) -> Json:
    """The document with every value under a Condition replaced by :data:`REDACTED`.

    ``aws:Referer``, ``aws:UserAgent`` and ``sts:ExternalId`` are used as shared secrets; a
    rollback that meets the mark asks a person."""
    if isinstance(document, Mapping):
        return {
            key: _marked(value) if key == "Condition" else without_condition_values(value)
            for key, value in document.items()
        }
    if isinstance(document, Sequence) and not isinstance(document, str):
        return [without_condition_values(item) for item in document]
    return document


def _marked(node: Json) -> Json:
    if isinstance(node, Mapping):
        return {key: _marked(value) for key, value in node.items()}
    return REDACTED
