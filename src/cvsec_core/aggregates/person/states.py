"""What is known of a person: one class a place in life, and nothing of it by name."""

from attrs import frozen

from cvsec_core.aggregates.person.events import Particulars, PersonKind, Purpose
from cvsec_core.ids import LevelId, PersonId


@frozen
class Consent:
    """What somebody consents to; ``guardian`` is None where they are not enrolled here."""

    purpose: Purpose
    guardian: PersonId | None = None


@frozen
class Unknown: ...


@frozen
class Enrolled:
    """``particulars`` are None only where their key is gone before the person was forgotten.
    ``password`` is its argon2id digest.
    """

    kind: PersonKind
    minor: bool
    particulars: Particulars | None
    blocked: bool = False
    app_login: bool = False
    password: str | None = None
    notifications: bool = True
    guardians: frozenset[PersonId] = frozenset()
    consents: frozenset[Consent] = frozenset()
    levels: frozenset[LevelId] = frozenset()
    policy: int = 0

    def has_consent(self, purpose: Purpose) -> bool:
        """Whether anybody's consent to that still stands."""
        return any(consent.purpose == purpose for consent in self.consents)


@frozen
class Forgotten: ...


PersonState = Unknown | Enrolled | Forgotten
INITIAL = Unknown()
