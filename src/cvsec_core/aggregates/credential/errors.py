"""The rules that a refused command would have broken."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class CodeUsed(Reason):
    """A dynamic code is presented once."""

    code = "code-used"
    says = Words("This code has been used already.", "Este código ya se ha usado.")
    advises = Words("Show the code that the app shows now.", "Muestre el código actual de la app.")


@frozen
class CodeExpired(Reason):
    """A dynamic code lives for less than a minute."""

    code = "code-expired"
    says = Words("This code has run out.", "Este código ha caducado.")
    advises = Words("Show the code that the app shows now.", "Muestre el código actual de la app.")


@frozen
class CredentialNotEnabled(Reason):
    """A suspended or revoked credential opens nothing."""

    reason: str

    code = "credential-not-enabled"
    says = Words(
        "The credential is disabled ({reason}).", "La credencial está inhabilitada ({reason})."
    )
    advises = Words("Restore it, or issue another one.", "Restáurela o emita otra credencial.")


@define
class CredentialUnknownError(CommandError):
    """No such credential was issued."""

    credential: str

    code = "credential-unknown"
    says = Words("There is no such credential.", "No existe esa credencial.")
    advises = Words("Issue one with `credentials issue`.", "Emita una con `credentials issue`.")


@define
class CredentialTakenError(CommandError):
    """A credential is one person's at a time, and for one time."""

    credential: str

    code = "credential-taken"
    says = Words(
        "This credential is issued already, to somebody else or for another time.",
        "Esta credencial ya está emitida, a otra persona o para otro periodo.",
    )
    advises = Words(
        "Revoke it first, or use another one.", "Revóquela antes o use otra credencial."
    )


@define
class CredentialRevokedError(CommandError):
    """A revoked credential does not come back; it is issued anew."""

    credential: str

    code = "credential-revoked"
    says = Words("This credential was revoked.", "Esta credencial fue revocada.")
    advises = Words("Issue it again.", "Emítala de nuevo.")
