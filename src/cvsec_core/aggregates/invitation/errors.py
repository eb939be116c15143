"""The rules that a refused command would have broken."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class InvitationUsed(Reason):
    """An invitation admits once."""

    code = "invitation-used"
    says = Words("This invitation has been used already.", "Esta invitación ya se ha usado.")
    advises = Words("Ask the host for a new one.", "Pida una nueva al anfitrión.")


@frozen
class InvitationOver(Reason):
    """An invitation admits until its end."""

    code = "invitation-expired"
    says = Words("This invitation has run out.", "Esta invitación ha caducado.")
    advises = Words("Ask the host for a new one.", "Pida una nueva al anfitrión.")


@frozen
class InvitationEarly(Reason):
    """An invitation admits nobody more than half a day before it begins, and is not used by it."""

    code = "invitation-early"
    says = Words(
        "It is too early for this invitation: it admits from 12 hours before it begins.",
        "Es pronto para esta invitación: admite desde 12 horas antes de su inicio.",
    )
    advises = Words(
        "Show the same code again when the time of the letter has come.",
        "Muestre el mismo código de nuevo cuando llegue la hora de la carta.",
    )


@frozen
class InvitationTakenBack(Reason):
    """A host may change their mind."""

    code = "invitation-withdrawn"
    says = Words("This invitation was withdrawn.", "Esta invitación fue retirada.")
    advises = Words("Ask the host.", "Pregunte al anfitrión.")


@frozen
class InvitationForged(Reason):
    """A token carries what was written into it when the invitation was issued."""

    code = "invitation-forged"
    says = Words("This is not the code that was sent.", "Este no es el código que se envió.")
    advises = Words("Show the code from the letter.", "Muestre el código de la carta.")


@define
class InvitationUnknownError(CommandError):
    """No such invitation was issued."""

    invitation: str

    code = "invitation-unknown"
    says = Words("There is no invitation {invitation}.", "No existe la invitación {invitation}.")
    advises = Words("See `invitations list`.", "Vea `invitations list`.")


@define
class InvitationTakenError(CommandError):
    """An invitation is issued once."""

    invitation: str

    code = "invitation-taken"
    says = Words(
        "The invitation {invitation} was issued before.", "La invitación {invitation} ya se emitió."
    )
    advises = Words("Issue it under another id.", "Emítala con otro id.")


@define
class InvitationClosedError(CommandError):
    """What was redeemed, withdrawn or has run out cannot be withdrawn."""

    invitation: str

    code = "invitation-closed"
    says = Words(
        "The invitation {invitation} is no longer open.",
        "La invitación {invitation} ya no está abierta.",
    )
    advises = Words("See `invitations list`.", "Vea `invitations list`.")
