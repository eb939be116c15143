"""What happens to a person. Stored for ever: never change a field; add a new class.

What tells something about the person stands in `Particulars`, which is sealed under the person's
own key and reads as None once the person is forgotten.
"""

from datetime import datetime
from typing import Literal

from attrs import frozen

from cvsec_core.errors import Reason, Refusal
from cvsec_core.ids import CredentialId, LevelId, PersonId
from cvsec_core.values import personal

PersonKind = Literal["personnel", "visitor", "administrator"]
Purpose = Literal["account", "guardian-feed"]
"""What a guardian's consent is for."""


@frozen
class Particulars:
    """All that is known of a person by name and contact. ``number`` is the personnel number."""

    first_name: str
    last_name: str = ""
    number: str | None = None
    email: str | None = None
    phone: str | None = None
    department: str | None = None
    id_number: str | None = None


@frozen
class PersonEnrolled:
    person: PersonId
    kind: PersonKind
    minor: bool
    by: str
    at: datetime
    particulars: Particulars | None = personal()


@frozen
class PersonCorrected:
    """All particulars as they are from now on."""

    person: PersonId
    by: str
    at: datetime
    particulars: Particulars | None = personal()


@frozen
class PersonBlocked:
    person: PersonId
    by: str
    at: datetime
    cause: str | None = personal()


@frozen
class PersonUnblocked:
    person: PersonId
    by: str
    at: datetime


@frozen
class AppLoginEnabled:
    person: PersonId
    by: str
    at: datetime


@frozen
class AppLoginRefused(Refusal):
    person: PersonId
    reasons: tuple[Reason, ...]
    by: str
    at: datetime


@frozen
class AppLoginDisabled:
    person: PersonId
    by: str
    at: datetime


@frozen
class PasswordSet:
    """``digest`` is an argon2id digest; the password itself is never stored."""

    person: PersonId
    by: str
    at: datetime
    digest: str | None = personal()


@frozen
class GuardianLinked:
    person: PersonId
    guardian: PersonId
    by: str
    at: datetime


@frozen
class ConsentRecorded:
    """``reference`` is where the consent itself is kept, ``guardian`` whose it is; None: somebody's
    who is not enrolled here.
    """

    person: PersonId
    purpose: Purpose
    by: str
    at: datetime
    reference: str | None = personal()
    guardian: PersonId | None = None


@frozen
class ConsentWithdrawn:
    person: PersonId
    purpose: Purpose
    by: str
    at: datetime
    guardian: PersonId | None = None


@frozen
class PolicyAccepted:
    person: PersonId
    version: int
    at: datetime


@frozen
class NotificationsSwitched:
    person: PersonId
    on: bool
    by: str
    at: datetime


@frozen
class AccessLevelGranted:
    person: PersonId
    level: LevelId
    by: str
    at: datetime


@frozen
class AccessLevelWithdrawn:
    person: PersonId
    level: LevelId
    by: str
    at: datetime


@frozen
class PersonalDataExported:
    """Everything that is known of the person was handed out to who asked."""

    person: PersonId
    by: str
    at: datetime


@frozen
class PersonForgotten:
    """From here on nothing that was sealed under the person's key can be read, nor under those of
    their credentials. ``wards`` are whom they guarded: their consents end with them.
    """

    person: PersonId
    credentials: tuple[CredentialId, ...]
    by: str
    at: datetime
    wards: tuple[PersonId, ...] = ()


PersonEvent = (
    PersonEnrolled
    | PersonCorrected
    | PersonBlocked
    | PersonUnblocked
    | AppLoginEnabled
    | AppLoginRefused
    | AppLoginDisabled
    | PasswordSet
    | GuardianLinked
    | ConsentRecorded
    | ConsentWithdrawn
    | PolicyAccepted
    | NotificationsSwitched
    | AccessLevelGranted
    | AccessLevelWithdrawn
    | PersonalDataExported
    | PersonForgotten
)
