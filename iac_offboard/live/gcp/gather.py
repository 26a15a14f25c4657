"""What one reading of Google Cloud gives, put together call by call."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from iac_offboard.clouds.gcp import policies
from iac_offboard.clouds.gcp.policies import NO_METHOD
from iac_offboard.clouds.gcp.session import GcpSession
from iac_offboard.clouds.reply import Data, Reply
from iac_offboard.clouds.skips import skip_for
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.live.notebook import Notebook
from iac_offboard.model import (
    Read,
)


class Gather(Notebook):
    """Asks Google Cloud and writes down the answers, the refusals and who asked. Thread-safe.

    A call that fails becomes Skipped with the target kinds that it may hide; a NotFound is an
    answer: there is none.
    """

    def __init__(self, session: GcpSession) -> None:
        super().__init__()
        self.session = session

    def ask(
        self, name: str, account: str, kinds: frozenset[str], about: str = "", /, **params: object
    ) -> Reply | None:
        """One call; None when there is no such thing, or when it failed (then Skipped).
        ``about`` names the resource asked for in that Skipped."""
        try:
            reply = self.session.call(name, account=account, **params)
        except NotFoundError as error:
            self.answered(account, error.operation, self.session.timing.now(), "")
            return None
        except CloudError as error:
            self.skip(error, account, kinds, about)
            return None
        self.read(reply)
        return reply

    def pages(
        self,
        name: str,
        account: str,
        kinds: frozenset[str],
        about: str = "",
        /,
        **params: object,
    ) -> Iterator[Reply]:
        """Every page of a list; when one fails the rest is Skipped and the iteration ends."""
        body = params.pop("body", None)
        given: Data | None = body if isinstance(body, dict) else None
        try:
            for reply in self.session.pages(name, account=account, body=given, **params):
                self.read(reply)
                yield reply
        except NotFoundError as error:
            self.answered(account, error.operation, self.session.timing.now(), "")
        except CloudError as error:
            self.skip(error, account, kinds, about)

    def policy(self, full_name: str, account: str, kind: str) -> policies.Policy | None:
        """The allow policy of a thing, fresh; None as for ``ask``."""
        try:
            found = policies.read(self.session, full_name, account)
        except NotFoundError as error:
            self.answered(account, error.operation, self.session.timing.now(), "")
            return None
        except CloudError as error:
            self.skip(error, account, frozenset({kind}), f"{kind} {full_name}")
            return None
        self.read(found.reply)
        return found

    def skip(self, error: CloudError, account: str, kinds: frozenset[str], about: str = "") -> None:
        """A call that failed."""
        detail = f"{about}: {error.message}" if about else error.message
        self.skipped.append(
            skip_for(
                error, where=f"gcp:{account}", unsupported=(NO_METHOD,), kinds=kinds, detail=detail
            )
        )

    def read(self, reply: Reply) -> None:
        """An answer that came."""
        self.answered(reply.account, reply.operation, reply.at, reply.digest)

    def answered(self, account: str, operation: str, at: datetime, digest: str) -> None:
        """Something of this account was read."""
        found = Read(
            source="gcp",
            where=f"gcp:{account}",
            at=at,
            caller=self.session.caller,
            operation=operation,
            digest=digest,
        )
        self.reads.append(found)
