"""What one reading of one account gives, put together call by call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from iac_offboard.catalog.policy import Json
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.aws.skips import skip_for
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.live.notebook import Notebook
from iac_offboard.model import (
    Read,
    Side,
    Skipped,
    SkipReason,
)

Kinds: TypeAlias = frozenset[str]


class Gather(Notebook):
    """Asks one account and writes down the answers, the refusals and who asked.

    Made for one thread. A call that fails becomes Skipped with the target kinds that it may
    hide; a NotFound is an answer: there is none.
    """

    def __init__(self, session: AccountSession) -> None:
        super().__init__()
        self.session = session

    def ask(
        self,
        service: str,
        name: str,
        *,
        kinds: Kinds,
        region: str | None = None,
        about: str = "",
        **params: object,
    ) -> Reply | None:
        """One call; None when there is no such thing, or when it failed (then Skipped).
        ``about`` names the resource asked for in that Skipped."""
        try:
            reply = self.session.call(service, name, region=region, **params)
        except NotFoundError as error:
            self._answered(error.operation, region, self.session.now(), error.request_id, "")
            return None
        except CloudError as error:
            self.skip(error, service, kinds=kinds, region=region, about=about)
            return None
        self._read(reply)
        return reply

    def pages(
        self,
        service: str,
        name: str,
        *,
        kinds: Kinds,
        region: str | None = None,
        page_size: int | None = None,
        about: str = "",
        **params: object,
    ) -> Iterator[Reply]:
        """Every page of a list; when one fails the rest is Skipped and the iteration ends."""
        try:
            for reply in self.session.pages(
                service, name, region=region, page_size=page_size, **params
            ):
                self._read(reply)
                yield reply
        except NotFoundError as error:
            self._answered(error.operation, region, self.session.now(), error.request_id, "")
        except CloudError as error:
            self.skip(error, service, kinds=kinds, region=region, about=about)

    def skip(
        self,
        error: CloudError,
        service: str,
        *,
        kinds: Kinds,
        region: str | None = None,
        about: str = "",
    ) -> None:
        detail = f"{about}: {error.message}" if about else error.message
        where = self.where(region, service)
        self.skipped.append(skip_for(error, where=where, kinds=kinds, detail=detail))

    def unparseable(self, service: str, about: str, kinds: Kinds, region: str | None) -> None:
        """A policy document that is not JSON: it may name anybody."""
        self.skipped.append(
            Skipped(
                where=self.where(region, service),
                reason=SkipReason.UNPARSEABLE,
                detail=f"{about}: its policy document is not JSON.",
                side=Side.ACCESS,
                next_step="Read this document by hand.",
                kinds=kinds,
            )
        )

    def where(self, region: str | None, service: str) -> str:
        """``aws:ACCOUNT:REGION:SERVICE``; without a region ``aws:ACCOUNT``."""
        account = f"aws:{self.session.account}"
        return f"{account}:{region}:{service}" if region else account

    def _read(self, reply: Reply) -> None:
        region = reply.region or None
        self._answered(reply.operation, region, reply.at, reply.request_id, reply.digest)

    def _answered(
        self, operation: str, region: str | None, at: datetime, request_id: str, digest: str
    ) -> None:
        self.reads.append(
            Read(
                source="aws",
                where=f"aws:{self.session.account}:{region}" if region else self.where(None, ""),
                at=at,
                caller=self.session.caller_arn,
                operation=operation,
                request_id=request_id,
                digest=digest,
            )
        )


def document(value: object) -> Json:
    """A policy document as plain JSON: IAM's come parsed by the SDK, all others as text.
    None when it is absent or not JSON."""
    try:
        parsed: Json = json.loads(value if isinstance(value, str) else json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return None
    return parsed
