"""What commands about people, invitations and visits must pass that is known of other streams."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import define, evolve as changed, frozen

from cvsec_core.aggregates import (
    access_level,
    credential,
    door,
    invitation,
    organisation,
    person,
    visit,
)
from cvsec_core.commit import Enrichment, Look, Policy
from cvsec_core.errors import CommandError, Reason, Words
from cvsec_core.ids import DoorId, PersonId, StreamId
from cvsec_core.values import invalid


@frozen
class VisitorBlocked(Reason):
    """Who is blocklisted is not let in."""

    code = "visitor-blocked"
    says = Words("This visitor is on the blocklist.", "Este visitante está en la lista de bloqueo.")
    advises = Words("Call security.", "Avise a seguridad.")


@frozen
class NoLongerKnown(Reason):
    """What was arranged with somebody ends when they are forgotten."""

    code = "no-longer-known"
    says = Words(
        "The visitor or the host has been forgotten.",
        "El visitante o el anfitrión ha sido olvidado.",
    )
    advises = Words("Register a new visit.", "Registre una visita nueva.")


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


def a_guardian_is_enrolled_and_of_age(command: person.LinkGuardian, look: Look) -> Iterator[Reason]:
    """What is told to a guardian is told to somebody who is of age.

    Raises:
        PersonUnknownError: nobody is enrolled under that id.
        InvalidFieldError: they are a minor.
    """
    if _enrolled(command.guardian, look).minor:
        invalid("guardian", command.guardian, "somebody of age", "alguien mayor de edad")
    yield from ()


def only_a_published_policy_is_accepted(
    command: person.AcceptPolicy, look: Look
) -> Iterator[Reason]:
    """Nobody has read what is not published yet.

    Raises:
        InvalidFieldError: there is no such version.
    """
    state: organisation.OrganisationState = look(organisation.STREAM)
    if not 1 <= command.version <= state.settings.policy:
        invalid("version", command.version, "a version that is published", "una versión publicada")
    yield from ()


def an_invitation_goes_by_letter(
    command: invitation.IssueInvitation, look: Look
) -> Iterator[Reason]:
    """Without a mail server, and without an address, nothing is promised.

    Raises:
        MailNotConfiguredError: no mail server is configured.
        PersonUnknownError: nobody is enrolled under the guest's id.
        InvalidFieldError: the guest has no address.
    """
    state: organisation.OrganisationState = look(organisation.STREAM)
    if state.settings.mail is None:
        raise MailNotConfiguredError
    particulars = _enrolled(command.guest, look).particulars
    if particulars is None or not particulars.email:
        invalid("email", None, "the guest's address", "la dirección del invitado")
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
    if not isinstance(state, invitation.Unissued) and _is_blocked(state.issued.guest, look):
        yield VisitorBlocked()


def only_who_is_known_is_let_in_to_who_is_known(
    command: invitation.RedeemInvitation, look: Look
) -> Iterator[Reason]:
    """A host who was forgotten expects nobody, and a guest who was forgotten is not expected."""
    state: invitation.InvitationState = look(invitation.stream(command.invitation))
    if not isinstance(state, invitation.Unissued):
        issued = state.issued
        if not (_is_enrolled(issued.host, look) and _is_enrolled(issued.guest, look)):
            yield NoLongerKnown()


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


def only_who_is_known_checks_in(command: visit.CheckIn, look: Look) -> Iterator[Reason]:
    """Who was forgotten since the visit was registered comes as somebody new."""
    state: visit.VisitState = look(visit.stream(command.visit))
    if not isinstance(state, visit.Unregistered) and not _is_enrolled(state.plan.visitor, look):
        yield NoLongerKnown()


def _enrolled(name: PersonId, look: Look) -> person.Enrolled:
    state: person.PersonState = look(person.stream(name))
    if isinstance(state, person.Enrolled):
        return state
    raise person.PersonUnknownError(name)


def _is_enrolled(name: PersonId, look: Look) -> bool:
    return isinstance(look(person.stream(name)), person.Enrolled)


def _is_blocked(name: PersonId, look: Look) -> bool:
    state: person.PersonState = look(person.stream(name))
    return isinstance(state, person.Enrolled) and state.blocked


POLICIES: Mapping[type[Any], tuple[Policy, ...]] = {
    access_level.DefineAccessLevel: (a_level_is_made_of_registered_doors,),
    access_level.ChangeAccessLevel: (a_level_is_made_of_registered_doors,),
    person.GrantAccess: (a_level_that_is_granted_is_defined,),
    person.LinkGuardian: (a_guardian_is_enrolled_and_of_age,),
    person.AcceptPolicy: (only_a_published_policy_is_accepted,),
    credential.IssueCredential: (a_credential_is_somebodys,),
    invitation.IssueInvitation: (
        an_invitation_goes_by_letter,
        host_and_guest_are_known,
        nobody_on_the_blocklist_is_invited,
    ),
    invitation.RedeemInvitation: (
        nobody_on_the_blocklist_redeems,
        only_who_is_known_is_let_in_to_who_is_known,
    ),
    visit.RegisterVisit: (visitor_and_host_are_known,),
    visit.CheckIn: (nobody_on_the_blocklist_checks_in, only_who_is_known_checks_in),
}


def _with_whether_the_host_is_told(command: visit.CheckIn, look: Look) -> visit.CheckIn:
    """A host is told by letter, where there is a mail server and they have an address and want
    to be told.
    """
    state: visit.VisitState = look(visit.stream(command.visit))
    site: organisation.OrganisationState = look(organisation.STREAM)
    if isinstance(state, visit.Unregistered) or site.settings.mail is None:
        return command
    host: person.PersonState = look(person.stream(state.plan.host))
    told = isinstance(host, person.Enrolled) and host.notifications and host.particulars
    return changed(command, tells_host=True) if told and told.email else command


ENRICHMENTS: Mapping[type[Any], Enrichment] = {visit.CheckIn: _with_whether_the_host_is_told}


def _doors(command: access_level.AccessLevelCommand) -> Sequence[StreamId]:
    return [door.stream(name) for name in command.doors]


NEEDS: Mapping[type[Any], Callable[[Any], Sequence[StreamId]]] = {
    access_level.DefineAccessLevel: _doors,
    access_level.ChangeAccessLevel: _doors,
}
