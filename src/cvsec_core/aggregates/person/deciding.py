"""What a command makes happen to a person."""

from collections.abc import Iterator
from typing import assert_never, get_args

from attrs import evolve as changed

from cvsec_core.aggregates.person.commands import (
    AcceptPolicy,
    BlockPerson,
    CorrectPerson,
    DisableAppLogin,
    EnableAppLogin,
    EnrollPerson,
    ExportPersonalData,
    ForgetPerson,
    GrantAccess,
    LinkGuardian,
    PersonCommand,
    PersonSetting,
    PersonTie,
    RecordConsent,
    SetPassword,
    SwitchNotifications,
    UnblockPerson,
    WithdrawAccess,
    WithdrawConsent,
)
from cvsec_core.aggregates.person.errors import (
    ConsentMissing,
    PersonEnrolledError,
    PersonForgottenError,
    PersonUnknownError,
)
from cvsec_core.aggregates.person.events import (
    AccessLevelGranted,
    AccessLevelWithdrawn,
    AppLoginDisabled,
    AppLoginEnabled,
    AppLoginRefused,
    ConsentRecorded,
    ConsentWithdrawn,
    GuardianLinked,
    NotificationsSwitched,
    Particulars,
    PasswordSet,
    PersonalDataExported,
    PersonBlocked,
    PersonCorrected,
    PersonEnrolled,
    PersonEvent,
    PersonForgotten,
    PersonKind,
    PersonUnblocked,
    PolicyAccepted,
    Purpose,
)
from cvsec_core.aggregates.person.states import Consent, Enrolled, Forgotten, PersonState, Unknown
from cvsec_core.ids import PersonId, StreamId
from cvsec_core.values import invalid, require_choice, require_id, require_text

KIND = "person"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)


def stream_of(command: PersonCommand) -> StreamId:
    """The stream of the person that *command* is about."""
    return stream(command.person)


def stream(person: PersonId) -> StreamId:
    """The stream of *person*."""
    return StreamId(f"{KIND}-{person}")


def decide(state: PersonState, command: PersonCommand) -> tuple[PersonEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        PersonUnknownError: nobody is enrolled under that id.
        PersonEnrolledError: somebody else is.
        PersonForgottenError: who was enrolled under it has been forgotten.
        InvalidFieldError: a field is no good.
    """
    asked = command, state
    match asked:
        case EnrollPerson() as wish, Unknown():
            return (_enrolled(wish),)
        case EnrollPerson(person, kind, particulars, minor=minor), Enrolled() as known:
            if (kind, particulars, minor) != (known.kind, known.particulars, known.minor):
                raise PersonEnrolledError(person)
            return ()
        case ((ForgetPerson() | WithdrawConsent()), Forgotten()):
            return ()
        case (_, Unknown()):
            raise PersonUnknownError(command.person)
        case (_, Forgotten()):
            raise PersonForgottenError(command.person)
        case ForgetPerson(person, by, at, credentials, wards), Enrolled():
            return (PersonForgotten(person, credentials, by, at, wards),)
        case (
            (
                CorrectPerson()
                | BlockPerson()
                | UnblockPerson()
                | EnableAppLogin()
                | DisableAppLogin()
                | SetPassword()
                | AcceptPolicy()
                | SwitchNotifications()
                | ExportPersonalData()
            ) as setting,
            Enrolled() as known,
        ):
            return _set(known, setting)
        case (
            (
                LinkGuardian()
                | RecordConsent()
                | WithdrawConsent()
                | GrantAccess()
                | WithdrawAccess()
            ) as tie,
            Enrolled() as known,
        ):
            return _tie(known, tie)
        case _:
            assert_never(asked)


def _enrolled(command: EnrollPerson) -> PersonEnrolled:
    require_id("person", command.person)
    require_choice("kind", command.kind, PersonKind)
    return PersonEnrolled(
        command.person,
        command.kind,
        command.minor,
        command.by,
        command.at,
        _checked(command.particulars),
    )


def _checked(particulars: Particulars) -> Particulars:
    require_text("first_name", particulars.first_name)
    for name in ("last_name", "number", "email", "phone", "department", "id_number"):
        value: str | None = getattr(particulars, name)
        if value:
            require_text(name, value, 254)
    return particulars


def _set(known: Enrolled, command: PersonSetting) -> tuple[PersonEvent, ...]:
    match command:
        case CorrectPerson(person, particulars, by, at):
            if particulars == known.particulars:
                return ()
            _require_same_number(known, particulars)
            return (PersonCorrected(person, by, at, _checked(particulars)),)
        case BlockPerson(person, cause, by, at):
            require_text("cause", cause, 1000)
            return () if known.blocked else (PersonBlocked(person, by, at, cause),)
        case UnblockPerson(person, by, at):
            return (PersonUnblocked(person, by, at),) if known.blocked else ()
        case EnableAppLogin(person, by, at):
            if known.minor and not known.has_consent("account"):
                return (AppLoginRefused(person, (ConsentMissing("account"),), by, at),)
            return () if known.app_login else (AppLoginEnabled(person, by, at),)
        case DisableAppLogin(person, by, at):
            return (AppLoginDisabled(person, by, at),) if known.app_login else ()
        case SetPassword(person, digest, by, at):
            return () if digest == known.password else (PasswordSet(person, by, at, digest),)
        case AcceptPolicy(person, version, at):
            return (PolicyAccepted(person, version, at),) if version > known.policy else ()
        case SwitchNotifications(person, on, by, at):
            same = on == known.notifications
            return () if same else (NotificationsSwitched(person, on, by, at),)
        case ExportPersonalData(person, by, at):
            return (PersonalDataExported(person, by, at),)
        case _:
            assert_never(command)


def _tie(known: Enrolled, command: PersonTie) -> tuple[PersonEvent, ...]:
    match command:
        case LinkGuardian():
            return tuple(_linked(known, command))
        case RecordConsent(person, purpose, reference, by, at):
            require_choice("purpose", purpose, Purpose)
            require_text("reference", reference, 1000)
            given = Consent(purpose) in known.consents
            return () if given else (ConsentRecorded(person, purpose, by, at, reference),)
        case WithdrawConsent():
            require_choice("purpose", command.purpose, Purpose)
            return _withdrawn(known, command)
        case GrantAccess(person, level, by, at):
            return () if level in known.levels else (AccessLevelGranted(person, level, by, at),)
        case WithdrawAccess(person, level, by, at):
            return (AccessLevelWithdrawn(person, level, by, at),) if level in known.levels else ()
        case _:
            assert_never(command)


def _require_same_number(known: Enrolled, particulars: Particulars) -> None:
    """Controllers and cards know somebody by their number: another one is another person."""
    had = known.particulars
    if had is not None and particulars.number != had.number:
        invalid("number", particulars.number, "the same number", "el mismo número")


def _linked(known: Enrolled, command: LinkGuardian) -> Iterator[PersonEvent]:
    person, guardian, by, at = command.person, command.guardian, command.by, command.at
    require_text("consent", command.consent, 1000)
    if guardian == person:
        invalid("guardian", guardian, "somebody else", "otra persona")
    if not known.minor:
        invalid("person", person, "a minor", "un menor de edad")
    if guardian not in known.guardians:
        yield GuardianLinked(person, guardian, by, at)
    for purpose in PURPOSES:
        if Consent(purpose, guardian) not in known.consents:
            yield ConsentRecorded(person, purpose, by, at, command.consent, guardian)


def _withdrawn(known: Enrolled, command: WithdrawConsent) -> tuple[PersonEvent, ...]:
    """With the last consent to an account the account ends, at once."""
    person, by, at = command.person, command.by, command.at
    gone = Consent(command.purpose, command.guardian)
    if gone not in known.consents:
        return ()
    withdrawn = ConsentWithdrawn(person, gone.purpose, by, at, gone.guardian)
    left = changed(known, consents=known.consents - {gone})
    if known.minor and known.app_login and not left.has_consent("account"):
        return (withdrawn, AppLoginDisabled(person, by, at))
    return (withdrawn,)
