"""The core types. Every room turns some of these into others; none holds behaviour.

Frozen all the way down: tuples and frozensets inside, so that a plan built from them can be
hashed, compared and replayed. Times are timezone-aware; byte offsets are 0-based, half open;
lines are 1-based.
"""

from __future__ import annotations

from iac_offboard.model.bindings import Binding as Binding
from iac_offboard.model.bindings import Effect as Effect
from iac_offboard.model.bindings import Principal as Principal
from iac_offboard.model.bindings import PrincipalKind as PrincipalKind
from iac_offboard.model.bindings import Relation as Relation
from iac_offboard.model.bindings import Target as Target
from iac_offboard.model.changes import Change as Change
from iac_offboard.model.changes import PlannedChanges as PlannedChanges
from iac_offboard.model.changes import Written as Written
from iac_offboard.model.collected import Collected as Collected
from iac_offboard.model.collected import Note as Note
from iac_offboard.model.collected import NoteKind as NoteKind
from iac_offboard.model.collected import Read as Read
from iac_offboard.model.collected import SessionDeny as SessionDeny
from iac_offboard.model.collected import SessionLength as SessionLength
from iac_offboard.model.collected import Side as Side
from iac_offboard.model.collected import Skipped as Skipped
from iac_offboard.model.collected import SkipReason as SkipReason
from iac_offboard.model.collected import Upstream as Upstream
from iac_offboard.model.collected import Use as Use
from iac_offboard.model.collected import Waived as Waived
from iac_offboard.model.dependants import Dependant as Dependant
from iac_offboard.model.dependants import DependantKind as DependantKind
from iac_offboard.model.dependants import Referring as Referring
from iac_offboard.model.dependants import Turn as Turn
from iac_offboard.model.findings import Finding as Finding
from iac_offboard.model.findings import FindingStatus as FindingStatus
from iac_offboard.model.findings import Strength as Strength
from iac_offboard.model.guarding import Exempted as Exempted
from iac_offboard.model.guarding import Guarded as Guarded
from iac_offboard.model.guarding import GuardGrade as GuardGrade
from iac_offboard.model.guarding import GuardResult as GuardResult
from iac_offboard.model.origins import DENIED_NOW as DENIED_NOW
from iac_offboard.model.origins import LONGEST_SESSION as LONGEST_SESSION
from iac_offboard.model.origins import CodeOrigin as CodeOrigin
from iac_offboard.model.origins import Cut as Cut
from iac_offboard.model.origins import CutKind as CutKind
from iac_offboard.model.origins import Emptied as Emptied
from iac_offboard.model.origins import Entry as Entry
from iac_offboard.model.origins import LastUse as LastUse
from iac_offboard.model.origins import LiveOrigin as LiveOrigin
from iac_offboard.model.origins import Observation as Observation
from iac_offboard.model.origins import Origin as Origin
from iac_offboard.model.origins import PlanOrigin as PlanOrigin
from iac_offboard.model.origins import Span as Span
from iac_offboard.model.origins import StateOrigin as StateOrigin
from iac_offboard.model.plan import PERSON as PERSON
from iac_offboard.model.plan import Action as Action
from iac_offboard.model.plan import CodeEffect as CodeEffect
from iac_offboard.model.plan import EffectOf as EffectOf
from iac_offboard.model.plan import FileChange as FileChange
from iac_offboard.model.plan import Hold as Hold
from iac_offboard.model.plan import ManualStep as ManualStep
from iac_offboard.model.plan import Patch as Patch
from iac_offboard.model.plan import Phase as Phase
from iac_offboard.model.plan import Plan as Plan
from iac_offboard.model.scope import AccountFacts as AccountFacts
from iac_offboard.model.scope import AccountScope as AccountScope
from iac_offboard.model.scope import CodeInstance as CodeInstance
from iac_offboard.model.scope import CodeValue as CodeValue
from iac_offboard.model.scope import InlineOwner as InlineOwner
from iac_offboard.model.scope import RootScope as RootScope
from iac_offboard.model.scope import Scope as Scope
from iac_offboard.model.subjects import Alias as Alias
from iac_offboard.model.subjects import AliasKind as AliasKind
from iac_offboard.model.subjects import Attestation as Attestation
from iac_offboard.model.subjects import Subject as Subject
from iac_offboard.model.subjects import SubjectKind as SubjectKind
from iac_offboard.model.subjects import SubjectStatus as SubjectStatus
from iac_offboard.model.subjects import Tier as Tier
from iac_offboard.model.verdicts import Access as Access
from iac_offboard.model.verdicts import BindingVerdict as BindingVerdict
from iac_offboard.model.verdicts import Grade as Grade
from iac_offboard.model.verdicts import Outcome as Outcome
from iac_offboard.model.verdicts import Record as Record
from iac_offboard.model.verdicts import Returned as Returned
from iac_offboard.model.verdicts import ReturnRisk as ReturnRisk
from iac_offboard.model.verdicts import Verdict as Verdict
from iac_offboard.model.verdicts import Verification as Verification
from iac_offboard.model.witnessing import Contradiction as Contradiction
from iac_offboard.model.witnessing import RootWitness as RootWitness
from iac_offboard.model.witnessing import Shown as Shown
from iac_offboard.model.witnessing import ShownChange as ShownChange
from iac_offboard.model.witnessing import Witness as Witness
from iac_offboard.model.witnessing import WitnessGrade as WitnessGrade
