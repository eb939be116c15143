"""One class a place in the life of a credential."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.credential.events import CredentialKind, DisableReason
from cvsec_core.ids import PersonId


@frozen
class Unissued: ...


@frozen
class Issue:
    """What stays the same while a credential lives, and the codes that were shown."""

    person: PersonId
    kind: CredentialKind
    valid_from: datetime | None
    valid_until: datetime | None
    digest: str | None = None
    codes: tuple[str, ...] = ()
    duress: bool = False


@frozen
class Active:
    issue: Issue


@frozen
class Suspended:
    issue: Issue
    reason: DisableReason


@frozen
class Revoked:
    issue: Issue


CredentialState = Unissued | Active | Suspended | Revoked
INITIAL = Unissued()
