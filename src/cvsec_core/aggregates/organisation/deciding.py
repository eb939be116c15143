"""What a command makes happen."""

from typing import assert_never

from attrs import evolve as changed

from cvsec_core.aggregates.organisation.commands import (
    ConfigureMail,
    EndLifeSafetyRelease,
    FoundOrganisation,
    LifeSafety,
    OrganisationCommand,
    OrganisationSetting,
    PublishPolicy,
    ReleaseForLifeSafety,
    ReportDeviceRelease,
    ReportDeviceReleaseEnded,
    SetDisplayOfPersonalData,
    SetRetention,
    SetVisitReasons,
)
from cvsec_core.aggregates.organisation.errors import OrganisationFoundedError
from cvsec_core.aggregates.organisation.events import (
    DeviceReleaseBegun,
    DeviceReleaseEnded,
    DisplayOfPersonalDataSet,
    LifeSafetyReleaseBegun,
    LifeSafetyReleaseEnded,
    MailConfigured,
    MailSecurity,
    OrganisationEvent,
    OrganisationFounded,
    PolicyPublished,
    RetentionSet,
    Shown,
    VisitReasonsSet,
)
from cvsec_core.aggregates.organisation.states import (
    Founded,
    OrganisationState,
    Settings,
    Unfounded,
)
from cvsec_core.errors import Locale
from cvsec_core.ids import StreamId
from cvsec_core.values import invalid, require_choice, require_text

KIND = "organisation"
STREAM = StreamId(f"{KIND}-site")
LONGEST_RETENTION = 3650
"""Days; who is to be known for longer is not a visitor."""


def stream_of(_command: OrganisationCommand) -> StreamId:
    """The one stream that there is."""
    return STREAM


def decide(state: OrganisationState, command: OrganisationCommand) -> tuple[OrganisationEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        OrganisationFoundedError: another organisation has been founded here.
        InvalidFieldError: a field is no good, or no door is named.
    """
    match command:
        case FoundOrganisation():
            return _found(state, command)
        case (
            ConfigureMail()
            | PublishPolicy()
            | SetDisplayOfPersonalData()
            | SetVisitReasons()
            | SetRetention()
        ):
            return _set(state.settings, command)
        case (
            ReleaseForLifeSafety()
            | EndLifeSafetyRelease()
            | ReportDeviceRelease()
            | ReportDeviceReleaseEnded()
        ):
            return _release(state, command)
        case _:
            assert_never(command)


def _found(state: OrganisationState, command: FoundOrganisation) -> tuple[OrganisationEvent, ...]:
    name, zone, locale = command.name, command.zone, command.locale
    match state:
        case Unfounded():
            require_text("name", name)
            require_choice("locale", locale, Locale)
            return (OrganisationFounded(name, zone, locale, command.by, command.at),)
        case Founded(had, at_zone, speaks):
            if (name, zone, locale) != (had, at_zone, speaks):
                raise OrganisationFoundedError(had)
            return ()
        case _:
            assert_never(state)


def _release(state: OrganisationState, command: LifeSafety) -> tuple[OrganisationEvent, ...]:
    match command:
        case ReleaseForLifeSafety(doors, reason, by, at, missing):
            if not doors:
                invalid("doors", (), "at least one door", "al menos una puerta")
            new = tuple(door for door in dict.fromkeys(doors) if door not in state.released)
            return (LifeSafetyReleaseBegun(new, reason, by, at, missing),) if new else ()
        case EndLifeSafetyRelease(by, at):
            doors = tuple(dict.fromkeys((*state.released, *state.by_devices)))
            return (LifeSafetyReleaseEnded(doors, by, at),) if doors else ()
        case ReportDeviceRelease(door, at):
            return () if door in state.by_devices else (DeviceReleaseBegun(door, at),)
        case ReportDeviceReleaseEnded(door, at):
            return (DeviceReleaseEnded(door, at),) if door in state.by_devices else ()
        case _:
            assert_never(command)


def _set(had: Settings, command: OrganisationSetting) -> tuple[OrganisationEvent, ...]:
    match command:
        case ConfigureMail(by=by, at=at):
            configured = _mail(command)
            same = had.mail is not None and configured == changed(had.mail, by=by, at=at)
            return () if same else (configured,)
        case PublishPolicy(version, by, at):
            return (PolicyPublished(version, by, at),) if version > had.policy else ()
        case SetDisplayOfPersonalData(shown, by, at):
            for item in shown:
                require_choice("shown", item, Shown)
            same = set(shown) == set(had.shown)
            return () if same else (DisplayOfPersonalDataSet(shown, by, at),)
        case SetVisitReasons(reasons, by, at):
            for reason in reasons:
                require_text("reasons", reason)
            return () if reasons == had.visit_reasons else (VisitReasonsSet(reasons, by, at),)
        case SetRetention(days, by, at):
            if days is not None and not 1 <= days <= LONGEST_RETENTION:
                most = LONGEST_RETENTION
                invalid("days", days, f"1 to {most}, or none", f"de 1 a {most}, o ninguno")
            return () if days == had.retention_days else (RetentionSet(days, by, at),)
        case _:
            assert_never(command)


def _mail(command: ConfigureMail) -> MailConfigured:
    require_text("host", command.host, 253)
    require_text("sender", command.sender, 254)
    require_choice("security", command.security, MailSecurity)
    if not 1 <= command.port <= 65535:  # noqa: PLR2004  # what a port can be
        invalid("port", command.port, "1 to 65535", "de 1 a 65535")
    _check_login(command)
    return MailConfigured(
        command.host,
        command.port,
        command.sender,
        command.user,
        command.password_file,
        command.security,
        command.by,
        command.at,
    )


def _check_login(command: ConfigureMail) -> None:
    """A user has a password, and it does not go in the clear."""
    user, password_file = command.user, command.password_file
    if user is not None and password_file is None:
        invalid("password_file", None, "the file of the user's password", "el archivo de su clave")
    if user is None and password_file is not None:
        invalid("user", None, "whose password it is", "de quién es la clave")
    if user is not None and command.security == "none":
        invalid(
            "security",
            command.security,
            "starttls or ssl, for a password is sent",
            "starttls o ssl, pues se envía una contraseña",
        )
