"""The organisation: its name, zone and language, its mail, its policies, its life safety.

    Unfounded --FoundOrganisation--> Founded

An unfounded site works, on UTC and in English. Life safety works in both states.
"""

from datetime import datetime
from typing import Literal, assert_never

from attrs import define, evolve as changed, frozen

from cvsec_core.errors import CommandError, Locale, Words
from cvsec_core.ids import DoorId, StreamId
from cvsec_core.values import invalid, require_choice, require_text

KIND = "organisation"
VISIT_REASONS = ("meeting", "delivery", "interview", "maintenance", "other")
"""What a visit may be for until the organisation says otherwise."""
MailSecurity = Literal["none", "starttls", "ssl"]
Shown = Literal["name", "department", "photo"]
STREAM = StreamId(f"{KIND}-site")


# Events: stored for ever. Never change a field; add a new class.
@frozen
class OrganisationFounded:
    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class LifeSafetyReleaseBegun:
    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime


@frozen
class LifeSafetyReleaseEnded:
    doors: tuple[DoorId, ...]
    by: str
    at: datetime


@frozen
class MailConfigured:
    """``password_file`` is where the mail server's password is read from; it is never stored."""

    host: str
    port: int
    sender: str
    user: str | None
    password_file: str | None
    security: MailSecurity
    by: str
    at: datetime


@frozen
class PolicyPublished:
    version: int
    by: str
    at: datetime


@frozen
class DisplayOfPersonalDataSet:
    """What devices, boards, records and notifications show of a person beyond the id."""

    shown: tuple[Shown, ...]
    by: str
    at: datetime


@frozen
class VisitReasonsSet:
    reasons: tuple[str, ...]
    by: str
    at: datetime


OrganisationEvent = (
    OrganisationFounded
    | MailConfigured
    | PolicyPublished
    | DisplayOfPersonalDataSet
    | VisitReasonsSet
    | LifeSafetyReleaseBegun
    | LifeSafetyReleaseEnded
)


# Commands: all that the decision needs, the time included.
@frozen
class FoundOrganisation:
    """``zone`` is an IANA name that the caller has resolved."""

    name: str
    zone: str
    locale: Locale
    by: str
    at: datetime


@frozen
class ReleaseForLifeSafety:
    """Open these doors for life safety; it goes before every lockdown."""

    doors: tuple[DoorId, ...]
    reason: str
    by: str
    at: datetime


@frozen
class EndLifeSafetyRelease:
    by: str
    at: datetime


@frozen
class ConfigureMail:
    host: str
    port: int
    sender: str
    by: str
    at: datetime
    user: str | None = None
    password_file: str | None = None
    security: MailSecurity = "starttls"


@frozen
class PublishPolicy:
    """A new version of the privacy policy, which people accept anew."""

    by: str
    at: datetime


@frozen
class SetDisplayOfPersonalData:
    shown: tuple[Shown, ...]
    by: str
    at: datetime


@frozen
class SetVisitReasons:
    reasons: tuple[str, ...]
    by: str
    at: datetime


OrganisationSetting = ConfigureMail | PublishPolicy | SetDisplayOfPersonalData | SetVisitReasons
OrganisationCommand = (
    FoundOrganisation | OrganisationSetting | ReleaseForLifeSafety | EndLifeSafetyRelease
)


# States: one class a place in the life of an organisation.
@frozen
class Settings:
    """What holds whether the organisation is founded or not. Nothing personal is shown unless the
    organisation says so.
    """

    mail: MailConfigured | None = None
    policy: int = 0
    shown: tuple[Shown, ...] = ()
    visit_reasons: tuple[str, ...] = VISIT_REASONS


@frozen
class Unfounded:
    settings: Settings = Settings()
    released: tuple[DoorId, ...] = ()


@frozen
class Founded:
    name: str
    zone: str
    locale: Locale
    settings: Settings = Settings()
    released: tuple[DoorId, ...] = ()


OrganisationState = Unfounded | Founded
INITIAL = Unfounded()


# Reasons and errors: the rule that was broken.
@define
class OrganisationFoundedError(CommandError):
    """A site has one organisation, founded once."""

    name: str

    code = "organisation-founded"
    says = Words("This site belongs to {name} already.", "Este sitio ya pertenece a {name}.")
    advises = Words(
        "Use another database for another site.", "Use otra base de datos para otro sitio."
    )


def stream_of(_command: OrganisationCommand) -> StreamId:
    """The one stream that there is."""
    return STREAM


def decide(state: OrganisationState, command: OrganisationCommand) -> tuple[OrganisationEvent, ...]:
    """What *command* makes happen in *state*; ``()`` where it is so already.

    Raises:
        OrganisationFoundedError: another organisation has been founded here.
        InvalidFieldError: the name is no good, or no door is named.
    """
    asked = command, state
    match asked:
        case FoundOrganisation(name, zone, locale, by, at), Unfounded():
            require_text("name", name)
            require_choice("locale", locale, Locale)
            return (OrganisationFounded(name, zone, locale, by, at),)
        case FoundOrganisation(name, zone, locale), Founded(had, at_zone, speaks):
            if (name, zone, locale) != (had, at_zone, speaks):
                raise OrganisationFoundedError(had)
            return ()
        case (
            (
                ConfigureMail() | PublishPolicy() | SetDisplayOfPersonalData() | SetVisitReasons()
            ) as setting,
            Unfounded(settings) | Founded(settings=settings),
        ):
            return _set(settings, setting)
        case ReleaseForLifeSafety(doors, reason, by, at), Unfounded() | Founded():
            if not doors:
                invalid("doors", (), "at least one door", "al menos una puerta")
            new = tuple(door for door in dict.fromkeys(doors) if door not in state.released)
            return (LifeSafetyReleaseBegun(new, reason, by, at),) if new else ()
        case EndLifeSafetyRelease(by, at), Unfounded() | Founded():
            return (LifeSafetyReleaseEnded(state.released, by, at),) if state.released else ()
        case _:
            assert_never(asked)


def _set(had: Settings, command: OrganisationSetting) -> tuple[OrganisationEvent, ...]:
    match command:
        case ConfigureMail(by=by, at=at):
            configured = _mail(command)
            same = had.mail is not None and configured == changed(had.mail, by=by, at=at)
            return () if same else (configured,)
        case PublishPolicy(by, at):
            return (PolicyPublished(had.policy + 1, by, at),)
        case SetDisplayOfPersonalData(shown, by, at):
            for item in shown:
                require_choice("shown", item, Shown)
            same = set(shown) == set(had.shown)
            return () if same else (DisplayOfPersonalDataSet(shown, by, at),)
        case SetVisitReasons(reasons, by, at):
            for reason in reasons:
                require_text("reasons", reason)
            return () if reasons == had.visit_reasons else (VisitReasonsSet(reasons, by, at),)
        case _:
            assert_never(command)


def _mail(command: ConfigureMail) -> MailConfigured:
    require_text("host", command.host, 253)
    require_text("sender", command.sender, 254)
    require_choice("security", command.security, MailSecurity)
    if not 1 <= command.port <= 65535:  # noqa: PLR2004  # what a port can be
        invalid("port", command.port, "1 to 65535", "de 1 a 65535")
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


def evolve(state: OrganisationState, event: OrganisationEvent) -> OrganisationState:
    """The state after *event*; never refuses, for it has happened."""
    match event:
        case OrganisationFounded(name, zone, locale):
            return Founded(name, zone, locale, state.settings, state.released)
        case LifeSafetyReleaseBegun(doors):
            return changed(state, released=(*state.released, *doors))
        case LifeSafetyReleaseEnded():
            return changed(state, released=())
        case MailConfigured():
            return changed(state, settings=changed(state.settings, mail=event))
        case PolicyPublished(version=version):
            return changed(state, settings=changed(state.settings, policy=version))
        case DisplayOfPersonalDataSet(shown=shown):
            return changed(state, settings=changed(state.settings, shown=shown))
        case VisitReasonsSet(reasons=reasons):
            return changed(state, settings=changed(state.settings, visit_reasons=reasons))
        case _:
            assert_never(event)
