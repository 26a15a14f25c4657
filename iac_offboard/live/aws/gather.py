"""What one reading of one account gives, put together call by call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.aws.session import AccountSession
from iac_offboard.clouds.aws.skips import skip_for
from iac_offboard.clouds.reply import Reply
from iac_offboard.errors import CloudError, NotFoundError
from iac_offboard.model import (
    Binding,
    Collected,
    Entry,
    LastUse,
    LiveOrigin,
    Note,
    NoteKind,
    Observation,
    Principal,
    Read,
    SessionDeny,
    SessionLength,
    Side,
    Skipped,
    SkipReason,
    Target,
    Upstream,
    Use,
)

Kinds: TypeAlias = frozenset[str]


class Gather:
    """Asks one account and writes down the answers, the refusals and who asked.

    Made for one thread. A call that fails becomes Skipped with the target kinds that it may
    hide; a NotFound is an answer: there is none.
    """

    def __init__(self, session: AccountSession) -> None:
        self.session = session
        self.observations: list[Observation] = []
        self.skipped: list[Skipped] = []
        self.notes: list[Note] = []
        self.reads: list[Read] = []
        self.uses: list[Use] = []
        self.upstreams: list[Upstream] = []
        self.denies: list[SessionDeny] = []
        self.lengths: list[SessionLength] = []

    @property
    def collected(self) -> Collected:
        return Collected(
            observations=tuple(self.observations),
            skipped=tuple(self.skipped),
            notes=tuple(self.notes),
            reads=tuple(self.reads),
            uses=tuple(self.uses),
            upstreams=tuple(self.upstreams),
            denies=tuple(self.denies),
            lengths=tuple(self.lengths),
        )

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
        entry: Entry | None = None,
        provisioned_by: str = "",
    ) -> None:
        """One binding that ``reply`` showed; the rest as in ``model.Observation``."""
        self.observations.append(
            Observation(
                binding=binding,
                origin=_origin(reply),
                created_at=created_at,
                status=status,
                image=image,
                removal=removal,
                element="" if element is None else canonical(element),
                last_use=last_use,
                entry=entry,
                provisioned_by=provisioned_by,
            )
        )

    def used_by(self, reply: Reply, identity: Principal, workload: Target) -> None:
        """A workload that ``reply`` showed to run as ``identity``."""
        self.uses.append(Use(identity=identity, workload=workload, origin=_origin(reply)))

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

    def note(self, kind: NoteKind, where: str, text: str) -> None:
        self.notes.append(Note(kind=kind, where=where, text=text))

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


def _origin(reply: Reply) -> LiveOrigin:
    return LiveOrigin(
        account=reply.account,
        region=reply.region,
        operation=reply.operation,
        caller=reply.caller,
        read_at=reply.at,
        request_id=reply.request_id,
    )


def document(value: object) -> Json:
    """A policy document as plain JSON: IAM's come parsed by the SDK, all others as text.
    None when it is absent or not JSON."""
    try:
        parsed: Json = json.loads(value if isinstance(value, str) else json.dumps(value))
    except (TypeError, ValueError, RecursionError):
        return None
    return parsed
