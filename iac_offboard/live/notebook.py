"""What one reading of a cloud gives, written down as it comes."""

from __future__ import annotations

from datetime import datetime

from iac_offboard.catalog.policy import Json, canonical
from iac_offboard.clouds.reply import Reply
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
    Skipped,
    Target,
    Upstream,
    Use,
)


class Notebook:
    """The lists of a :class:`Collected`, in the order of arrival. Several threads may write."""

    def __init__(self) -> None:
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
        """All of it until now."""
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

    def note(self, kind: NoteKind, where: str, text: str) -> None:
        """Worth saying, and no reason for exit 3."""
        self.notes.append(Note(kind=kind, where=where, text=text))


def _origin(reply: Reply) -> LiveOrigin:
    return LiveOrigin(
        account=reply.account,
        region=reply.region,
        operation=reply.operation,
        caller=reply.caller,
        read_at=reply.at,
        request_id=reply.request_id,
    )
