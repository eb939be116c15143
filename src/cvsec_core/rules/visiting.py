"""What commands about people, invitations and visits must pass that is known of other streams."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, frozen

from cvsec_core.aggregates import (
    access_level,
    credential,
    door,
    invitation,
    organisation,
    person,
    visit,
)
from cvsec_core.commit import Look, Policy
from cvsec_core.errors import CommandError, Reason, Words
from cvsec_core.ids import DoorId, PersonId, StreamId


@frozen
class VisitorBlocked(Reason):
    """Who is blocklisted is not let in."""

    code = "visitor-blocked"
    says = Words("This visitor is on the blocklist.", "Este visitante está en la lista de bloqueo.")
    advises = Words("Call security.", "Avise a seguridad.")


@define
class MailNotConfiguredError(CommandError):
    """An invitation goes by letter, and no letter goes without a mail server."""

    code = "mail-not-configured"
    says = Words("No mail server is configured.", "No hay un servidor de correo configurado.")
    advises = Words("Configure one with `org mail`.", "Configure uno con `org mail`.")


def a_level_is_made_of_registered_doors(
    command: access_level.DefineAccessLevel | access_level.ChangeAccessLevel, look: Look
) -> Iterator[Reason]:
    """A level opens doors that there are.

    Raises:
        DoorUnknownError: one of them is not registered.
    """
    for name in command.doors:
        if isinstance(look(door.stream(DoorId(name))), door.Unregistered):
            raise door.DoorUnknownError(name)
    yield from ()


def a_level_that_is_granted_is_defined(command: person.GrantAccess, look: Look) -> Iterator[Reason]:
    """Nobody holds a level that there is not.

    Raises:
        AccessLevelUnknownError: it is not defined.
    """
    if isinstance(look(access_level.stream(command.level)), access_level.Undefined):
        raise access_level.AccessLevelUnknownError(command.level)
    yield from ()


def a_credential_is_somebodys(command: credential.IssueCredential, look: Look) -> Iterator[Reason]:
    """A credential shows who somebody is.

    Raises:
        PersonUnknownError: nobody is enrolled under that id.
    """
    _enrolled(command.person, look)
    yield from ()


def a_guardian_is_enrolled(command: person.LinkGuardian, look: Look) -> Iterator[Reason]:
    """What is told to a guardian is told to somebody.

    Raises:
        PersonUnknownError: nobody is enrolled under that id.
    """
    _enrolled(command.guardian, look)
    yield from ()


def an_invitation_goes_by_letter(
    _command: invitation.IssueInvitation, look: Look
) -> Iterator[Reason]:
    """Without a mail server nothing is promised.

    Raises:
        MailNotConfiguredError: none is configured.
    """
    state: organisation.OrganisationState = look(organisation.STREAM)
    if state.settings.mail is None:
        raise MailNotConfiguredError
    yield from ()


def host_and_guest_are_known(command: invitation.IssueInvitation, look: Look) -> Iterator[Reason]:
    """Somebody invites somebody.

    Raises:
        PersonUnknownError: nobody is enrolled under one of the ids.
    """
    _enrolled(command.host, look)
    _enrolled(command.guest, look)
    yield from ()


def nobody_on_the_blocklist_is_invited(
    command: invitation.IssueInvitation, look: Look
) -> Iterator[Reason]:
    """Whoever would be turned away at the door is not asked to come."""
    if _enrolled(command.guest, look).blocked:
        yield VisitorBlocked()


def nobody_on_the_blocklist_redeems(
    command: invitation.RedeemInvitation, look: Look
) -> Iterator[Reason]:
    """The blocklist goes before every invitation."""
    state: invitation.InvitationState = look(invitation.stream(command.invitation))
    if isinstance(state, invitation.Open) and _is_blocked(state.issued.guest, look):
        yield VisitorBlocked()


def visitor_and_host_are_known(command: visit.RegisterVisit, look: Look) -> Iterator[Reason]:
    """Somebody visits somebody, and is not on the blocklist.

    Raises:
        PersonUnknownError: nobody is enrolled under one of the ids.
    """
    _enrolled(command.host, look)
    if _enrolled(command.visitor, look).blocked:
        yield VisitorBlocked()


def nobody_on_the_blocklist_checks_in(command: visit.CheckIn, look: Look) -> Iterator[Reason]:
    """Who was blocked since the visit was registered is not let in."""
    state: visit.VisitState = look(visit.stream(command.visit))
    if not isinstance(state, visit.Unregistered) and _is_blocked(state.plan.visitor, look):
        yield VisitorBlocked()


def _enrolled(name: PersonId, look: Look) -> person.Enrolled:
    state: person.PersonState = look(person.stream(name))
    if isinstance(state, person.Enrolled):
        return state
    raise person.PersonUnknownError(name)


def _is_blocked(name: PersonId, look: Look) -> bool:
    state: person.PersonState = look(person.stream(name))
    return isinstance(state, person.Enrolled) and state.blocked


POLICIES: Mapping[type[Any], tuple[Policy, ...]] = {
    access_level.DefineAccessLevel: (a_level_is_made_of_registered_doors,),
    access_level.ChangeAccessLevel: (a_level_is_made_of_registered_doors,),
    person.GrantAccess: (a_level_that_is_granted_is_defined,),
    person.LinkGuardian: (a_guardian_is_enrolled,),
    credential.IssueCredential: (a_credential_is_somebodys,),
    invitation.IssueInvitation: (
        an_invitation_goes_by_letter,
        host_and_guest_are_known,
        nobody_on_the_blocklist_is_invited,
    ),
    invitation.RedeemInvitation: (nobody_on_the_blocklist_redeems,),
    visit.RegisterVisit: (visitor_and_host_are_known,),
    visit.CheckIn: (nobody_on_the_blocklist_checks_in,),
}


def _doors(command: access_level.AccessLevelCommand) -> Sequence[StreamId]:
    return [door.stream(name) for name in command.doors]


NEEDS: Mapping[type[Any], Callable[[Any], Sequence[StreamId]]] = {
    access_level.DefineAccessLevel: _doors,
    access_level.ChangeAccessLevel: _doors,
}
