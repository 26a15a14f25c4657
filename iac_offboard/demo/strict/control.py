"""Control from outside the process: JSON over HTTP below ``/_strict/``.

``POST /_strict/deny|throttle|latency|deny-writes|clear|reset|reset-counts|account|seed``,
``POST /_strict/provisioned`` (a user of the identity store and who writes it),
``POST /_strict/last-use|role-last-used|password-last-used`` (``at`` in ISO 8601, absent: never),
``GET /_strict/counts|writes``. The body's fields are the arguments of the method of the name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from iac_offboard.demo.strict.policies import Json
from iac_offboard.demo.strict.wire import Environ, Reply, read_body

if TYPE_CHECKING:
    from iac_offboard.demo.strict.app import StrictAws

PREFIX = "/_strict/"
Arguments = Mapping[str, Json]


def answer(app: StrictAws, environ: Environ) -> Reply:
    name = str(environ["PATH_INFO"]).removeprefix(PREFIX)
    verb = _VERBS.get(name)
    if verb is None:
        return _json(404, {"error": f"no control verb {name}", "verbs": sorted(_VERBS)})
    try:
        arguments = json.loads(read_body(environ) or b"{}")
        if not isinstance(arguments, dict):
            return _json(400, {"error": "the body must be a JSON object"})
        with app.lock:
            return _json(200, verb(app, arguments))
    except (LookupError, TypeError, ValueError) as problem:
        return _json(400, {"error": f"{type(problem).__name__}: {problem}"})


def _json(status: int, document: object) -> Reply:
    headers = (("Content-Type", "application/json"),)
    return Reply(status=status, body=json.dumps(document).encode(), headers=headers)


def _text(arguments: Arguments, name: str, default: str = "") -> str:
    return str(arguments.get(name) or default)


def _number(arguments: Arguments, name: str, default: float) -> float:
    value = arguments.get(name)
    return float(value) if isinstance(value, (int, float)) else default


def _deny(app: StrictAws, a: Arguments) -> object:
    app.injection.deny(_text(a, "action"), _text(a, "principal_arn"), account=_text(a, "account"))
    return {}


def _throttle(app: StrictAws, a: Arguments) -> object:
    times = None if a.get("times") is None else int(_number(a, "times", 0))
    every = int(_number(a, "every", 1))
    account = _text(a, "account")
    app.injection.throttle(_text(a, "action"), times=times, every=every, account=account)
    return {}


def _latency(app: StrictAws, a: Arguments) -> object:
    app.injection.latency(_text(a, "action"), _number(a, "seconds", 0.0))
    return {}


def _deny_writes(app: StrictAws, a: Arguments) -> object:
    app.injection.deny_writes_for(_text(a, "key_id"))
    return {}


def _clear(app: StrictAws, _: Arguments) -> object:
    app.injection.clear()
    return {}


def _reset(app: StrictAws, _: Arguments) -> object:
    app.reset()
    return {}


def _reset_counts(app: StrictAws, _: Arguments) -> object:
    app.reset_counts()
    return {}


def _account(app: StrictAws, a: Arguments) -> object:
    return {"role_arn": app.add_account(_text(a, "account"), _text(a, "name", "member"))}


def _seed(app: StrictAws, a: Arguments) -> object:
    account = _text(a, "account")
    app.seed_users(int(_number(a, "users", 0)), account)
    app.seed_roles(int(_number(a, "roles", 0)), account)
    return {}


def _last_use(app: StrictAws, a: Arguments) -> object:
    app.set_last_use(_text(a, "key_id"), _time(a), _text(a, "service"), _text(a, "region"))
    return {}


def _role_last_used(app: StrictAws, a: Arguments) -> object:
    app.set_role_last_used(_text(a, "name"), _text(a, "account"), _time(a), _text(a, "region"))
    return {}


def _password_last_used(app: StrictAws, a: Arguments) -> object:
    app.set_password_last_used(_text(a, "name"), _text(a, "account"), _time(a))
    return {}


def _time(arguments: Arguments) -> datetime | None:
    text = _text(arguments, "at")
    return datetime.fromisoformat(text) if text else None


def _provisioned(app: StrictAws, a: Arguments) -> object:
    app.provisioned(_text(a, "user_id"), _text(a, "issuer"))
    return {}


def _counts(app: StrictAws, _: Arguments) -> object:
    by_key = {key: dict(counter) for key, counter in app.ledger.by_key.items()}
    return {"by_operation": app.counts(), "by_key": by_key}


def _writes(app: StrictAws, _: Arguments) -> object:
    return [asdict(entry) for entry in app.ledger.writes]


_VERBS: Mapping[str, Callable[[StrictAws, Arguments], object]] = {
    "account": _account,
    "clear": _clear,
    "counts": _counts,
    "deny": _deny,
    "deny-writes": _deny_writes,
    "last-use": _last_use,
    "latency": _latency,
    "password-last-used": _password_last_used,
    "provisioned": _provisioned,
    "reset": _reset,
    "reset-counts": _reset_counts,
    "role-last-used": _role_last_used,
    "seed": _seed,
    "throttle": _throttle,
    "writes": _writes,
}
