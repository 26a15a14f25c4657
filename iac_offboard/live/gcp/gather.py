"""What one reading of Google Cloud gives, put together call by call."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.gcp import policies
from iac_offboard.clouds.gcp.session import GcpSession
from iac_offboard.clouds.gcp.skips import skip_for
from iac_offboard.clouds.reply import Data, Reply
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.model import (
    Binding,
    Collected,
    LastUse,
    LiveOrigin,
    Note,
    NoteKind,
    Observation,
    Principal,
    Read,
    Skipped,
    Target,
    Upstream,
    Use,
)


class Gather:
    """Asks Google Cloud and writes down the answers, the refusals and who asked. Thread-safe.

    A call that fails becomes Skipped with the target kinds that it may hide; a NotFound is an
    answer: there is none.
    """

    def __init__(self, session: GcpSession) -> None:
        self.session = session
        self.observations: list[Observation] = []
        self.skipped: list[Skipped] = []
        self.notes: list[Note] = []
        self.reads: list[Read] = []
        self.uses: list[Use] = []
        self.upstreams: list[Upstream] = []
        self._lock = threading.Lock()

    @property
    def collected(self) -> Collected:
        """All of it, in the order of arrival."""
        return Collected(
            observations=tuple(self.observations),
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
            reads=tuple(self.reads),
            uses=tuple(self.uses),
            upstreams=tuple(self.upstreams),
        )

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

    def seen(
        self,
        reply: Reply,
        binding: Binding,
        *,
        created_at: datetime | None = None,
        status: str = "",
        image: str = "",
        removal: str = "",
        element: Json = None,
        last_use: LastUse | None = None,
    ) -> None:
        """One binding that ``reply`` showed; the rest as in ``model.Observation``."""
        found = Observation(
            binding=binding,
            origin=_origin(reply),
            created_at=created_at,
            status=status,
            image=image,
            removal=removal,
            element="" if element is None else canonical(element),
            last_use=last_use,
        )
        with self._lock:
            self.observations.append(found)

    def used_by(self, reply: Reply, identity: Principal, workload: Target) -> None:
        """A workload that ``reply`` showed to run as ``identity``."""
        with self._lock:
            self.uses.append(Use(identity=identity, workload=workload, origin=_origin(reply)))

    def comes_from(self, source: str, account: str, text: str) -> None:
        """An identity provider outside of what is read."""
        with self._lock:
            self.upstreams.append(Upstream(source=source, account=account, text=text))

    def skip(self, error: CloudError, account: str, kinds: frozenset[str], about: str = "") -> None:
        """A call that failed."""
        detail = f"{about}: {error.message}" if about else error.message
        with self._lock:
            self.skipped.append(skip_for(error, account=account, kinds=kinds, detail=detail))

    def skipped_as(self, skipped: Skipped) -> None:
        """Something that cannot be told, in words of its own."""
        with self._lock:
            self.skipped.append(skipped)

    def note(self, kind: NoteKind, where: str, text: str) -> None:
        """Worth saying, and no reason for exit 3."""
        with self._lock:
            self.notes.append(Note(kind=kind, where=where, text=text))

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
        with self._lock:
            self.reads.append(found)


def _origin(reply: Reply) -> LiveOrigin:
    return LiveOrigin(
        account=reply.account,
        region="",
        operation=reply.operation,
        caller=reply.caller,
        read_at=reply.at,
        request_id=reply.request_id,
    )
