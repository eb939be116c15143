"""What a decision about passing a door is made of, and what comes out of it."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from attrs import field, frozen

from cvsec_core.aggregates import access_level, credential, door, person
from cvsec_core.commit import Look
from cvsec_core.errors import Reason
from cvsec_core.ids import CredentialId, DoorId, LevelId, PersonId
from cvsec_core.values import Direction, Standing


@frozen
class Passing:
    """Somebody at a door. ``objections`` are what was wrong with what they showed."""

    at: datetime
    door: DoorId
    person: PersonId | None = None
    credential: CredentialId | None = None
    direction: Direction = "in"
    standing: Standing = field(factory=Standing)
    objections: tuple[Reason, ...] = ()


@frozen
class Facts:
    """All that a decision needs.

    ``at`` is the moment in the site's own zone. ``who`` is who is known to stand there.
    ``credential_state`` is None where none is shown.
    """

    at: datetime
    door_id: DoorId
    door_state: door.DoorState
    who: PersonId | None
    person_state: person.PersonState
    levels: Mapping[LevelId, access_level.AccessLevelState]
    credential_state: credential.CredentialState | None = None
    direction: Direction = "in"
    standing: Standing = field(factory=Standing)
    objections: tuple[Reason, ...] = ()


@frozen
class Alternative:
    """The nearest thing that would be allowed: this door later, or another door now."""

    door: DoorId
    at: datetime


@frozen
class Decision:
    """``reasons`` are empty where it is granted. ``noted`` are rules that were broken without
    denying, such as a soft anti-passback. ``rule`` is what granted, or the policy of the first
    reason. ``duress``: let them in as if nothing were wrong, and raise the alarm elsewhere.
    """

    granted: bool
    reasons: tuple[Reason, ...]
    noted: tuple[Reason, ...]
    rule: str
    version: int
    duress: bool = False
    alternatives: tuple[Alternative, ...] = ()


def gathered(look: Look, passing: Passing, zone: tzinfo) -> Facts:
    """The facts about *passing* as the streams tell them.

    Args:
        look: the state of a stream.
        passing: who is where.
        zone: the site's own.
    """
    shown: credential.CredentialState | None = (
        None if passing.credential is None else look(credential.stream(passing.credential))
    )
    who = passing.person or holder_of(shown)
    known: person.PersonState = person.Unknown() if who is None else look(person.stream(who))
    held = sorted(known.levels) if isinstance(known, person.Enrolled) else ()
    return Facts(
        passing.at.astimezone(zone),
        passing.door,
        look(door.stream(passing.door)),
        who,
        known,
        {level: look(access_level.stream(level)) for level in held},
        shown,
        passing.direction,
        passing.standing,
        passing.objections,
    )


def holder_of(shown: credential.CredentialState | None) -> PersonId | None:
    """Whose credential it is or was; None where that is not known."""
    if shown is None or isinstance(shown, credential.Unissued):
        return None
    return shown.issue.person
