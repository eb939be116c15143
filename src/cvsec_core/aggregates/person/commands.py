"""What may be asked about a person. ``person`` is the pseudonym of their number."""

from datetime import datetime

from attrs import frozen

from cvsec_core.aggregates.person.events import Particulars, PersonKind, Purpose
from cvsec_core.ids import CredentialId, LevelId, PersonId


@frozen
class EnrollPerson:
    person: PersonId
    kind: PersonKind
    particulars: Particulars
    by: str
    at: datetime
    minor: bool = False


@frozen
class CorrectPerson:
    person: PersonId
    particulars: Particulars
    by: str
    at: datetime


@frozen
class BlockPerson:
    person: PersonId
    cause: str
    by: str
    at: datetime


@frozen
class UnblockPerson:
    person: PersonId
    by: str
    at: datetime


@frozen
class EnableAppLogin:
    person: PersonId
    by: str
    at: datetime


@frozen
class DisableAppLogin:
    person: PersonId
    by: str
    at: datetime


@frozen
class SetPassword:
    person: PersonId
    digest: str
    by: str
    at: datetime


@frozen
class LinkGuardian:
    """The guardian of a minor, with their own consent to the account and to what the feed tells
    them.
    """

    person: PersonId
    guardian: PersonId
    consent: str
    by: str
    at: datetime


@frozen
class RecordConsent:
    """A consent of somebody who is not enrolled here: no feed reaches them."""

    person: PersonId
    purpose: Purpose
    reference: str
    by: str
    at: datetime


@frozen
class WithdrawConsent:
    """``guardian`` is whose consent it was; None: somebody's who is not enrolled here."""

    person: PersonId
    purpose: Purpose
    by: str
    at: datetime
    guardian: PersonId | None = None


@frozen
class AcceptPolicy:
    person: PersonId
    version: int
    at: datetime


@frozen
class SwitchNotifications:
    person: PersonId
    on: bool
    by: str
    at: datetime


@frozen
class GrantAccess:
    person: PersonId
    level: LevelId
    by: str
    at: datetime


@frozen
class WithdrawAccess:
    person: PersonId
    level: LevelId
    by: str
    at: datetime


@frozen
class ExportPersonalData:
    """To be handled before anything is handed out."""

    person: PersonId
    by: str
    at: datetime


@frozen
class ForgetPerson:
    """``credentials`` are those that the person has, ``wards`` whom they guard; the site adds what
    is missing. A card that went to somebody else since is theirs no more.
    """

    person: PersonId
    by: str
    at: datetime
    credentials: tuple[CredentialId, ...] = ()
    wards: tuple[PersonId, ...] = ()


PersonSetting = (
    CorrectPerson
    | BlockPerson
    | UnblockPerson
    | EnableAppLogin
    | DisableAppLogin
    | SetPassword
    | AcceptPolicy
    | SwitchNotifications
    | ExportPersonalData
)
PersonTie = LinkGuardian | RecordConsent | WithdrawConsent | GrantAccess | WithdrawAccess
PersonCommand = EnrollPerson | PersonSetting | PersonTie | ForgetPerson
