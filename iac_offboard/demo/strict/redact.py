"""Small rewrites of what goes to moto and what comes back."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from iac_offboard.demo.strict.wire import Environ, Reply

# ListVirtualMFADevices of AWS never shows the seed again; moto's does.
_SEED = re.compile(rb"<(Base32StringSeed|QRCodePNG)>[^<]*</\1>")
_CODE = re.compile(rb"<Code>([^<]+)</Code>|\"__type\":\s*\"([^\"]+)\"")


def seeds(reply: Reply) -> Reply:
    return reply.with_body(_SEED.sub(b"", reply.body))


def error_code(body: bytes) -> str:
    match = _CODE.search(body)
    return (match[1] or match[2]).decode().rpartition("#")[2] if match else ""


def with_form(environ: Environ, form: Mapping[str, str]) -> None:
    """Puts another form into a query-protocol request on its way to moto."""
    body = urlencode([(n, v) for n, v in form.items() if v]).encode()
    environ["wsgi.input"] = io.BytesIO(body)
    environ["CONTENT_LENGTH"] = str(len(body))
