"""A credential: something that shows who somebody is: a card, a PIN, a dynamic QR code.

    Unissued --IssueCredential--> Active <--Suspend…/Restore…--> Suspended
                                     '------RevokeCredential------' --> Revoked

A card's stream bears a pseudonym of its number, so that a card is one person's at a time. A
dynamic code is presented once: what was shown again, or to two doors, is refused and recorded.
"""

from cvsec_core.aggregates.credential.commands import (
    CredentialCommand,
    IssueCredential,
    PresentDynamicCode,
    ReportCredentialShown,
    ResetAntiPassback,
    RestoreCredential,
    RevokeCredential,
    SuspendCredential,
)
from cvsec_core.aggregates.credential.deciding import (
    KIND,
    decide,
    stream,
    stream_of,
)
from cvsec_core.aggregates.credential.errors import (
    CodeExpired,
    CodeUsed,
    CredentialNotEnabled,
    CredentialRevokedError,
    CredentialTakenError,
    CredentialUnknownError,
)
from cvsec_core.aggregates.credential.events import (
    AntiPassbackReset,
    CredentialEvent,
    CredentialIssued,
    CredentialKind,
    CredentialRestored,
    CredentialRevoked,
    CredentialSuspended,
    DisableReason,
    DuressShown,
    DynamicCodePresented,
    DynamicCodeRefused,
)
from cvsec_core.aggregates.credential.evolving import (
    CODES_KEPT,
    evolve,
)
from cvsec_core.aggregates.credential.states import (
    INITIAL,
    Active,
    CredentialState,
    Issue,
    Revoked,
    Suspended,
    Unissued,
)

__all__ = [
    "CODES_KEPT",
    "INITIAL",
    "KIND",
    "Active",
    "AntiPassbackReset",
    "CodeExpired",
    "CodeUsed",
    "CredentialCommand",
    "CredentialEvent",
    "CredentialIssued",
    "CredentialKind",
    "CredentialNotEnabled",
    "CredentialRestored",
    "CredentialRevoked",
    "CredentialRevokedError",
    "CredentialState",
    "CredentialSuspended",
    "CredentialTakenError",
    "CredentialUnknownError",
    "DisableReason",
    "DuressShown",
    "DynamicCodePresented",
    "DynamicCodeRefused",
    "Issue",
    "IssueCredential",
    "PresentDynamicCode",
    "ReportCredentialShown",
    "ResetAntiPassback",
    "RestoreCredential",
    "RevokeCredential",
    "Revoked",
    "SuspendCredential",
    "Suspended",
    "Unissued",
    "decide",
    "evolve",
    "stream",
    "stream_of",
]
