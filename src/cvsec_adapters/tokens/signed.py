"""Texts that prove where they come from: an invitation's token, a credential's dynamic code.

    I1.<invitation>.<nonce>.<signature>
    C1.<credential>.<step>.<nonce>.<signature>

A scanned text is a stranger's: its length is looked at first, then its prefix, then its signature,
and only what was signed is taken apart. Blanks and line ends around it are the scanner's own, and
no part of it. Whether it admits anybody is for the core to say.
"""

import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from attrs import define, field, frozen
from itsdangerous import BadData, BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from cvsec_core.errors import CommandError, Words
from cvsec_core.ids import CredentialId, InvitationId
from cvsec_core.values import how_long, invalid, require_id

LONGEST = 480
"""An id of 64 characters takes 342 at most, a nonce 64, a signature 43; no token is longer."""
KEY_BYTES = 32
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LIFE = timedelta(seconds=30)
"""So long a dynamic code is shown, as is usual for codes that rotate (RFC 6238, section 5.2)."""

_INVITATION, _CODE = "I1", "C1"
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}")
_STEP = re.compile(r"0|[1-9][0-9]{0,11}")


@define
class TokenMalformedError(CommandError):
    """A token has a prefix, fields and a signature; this text does not."""

    code = "token-malformed"
    says = Words(
        "This is not a code of this kind, or only a part of one.",
        "Este no es un código de este tipo, o está incompleto.",
    )
    advises = Words(
        "Scan the whole code again, or ask for a new one.",
        "Escanee de nuevo el código entero, o pida uno nuevo.",
    )


@define
class TokenTooLongError(CommandError):
    """No token is as long as this text; it was not looked into."""

    length: int
    longest: int

    code = "token-too-long"
    says = Words(
        "This text of {length} characters is no code; a code has {longest} at most.",
        "Este texto de {length} caracteres no es un código; un código tiene {longest} como máximo.",
    )
    advises = Words("Scan the code that was issued here.", "Escanee el código que se emitió aquí.")


@define
class TokenForgedError(CommandError):
    """A token bears the signature of this site."""

    code = "token-forged"
    says = Words(
        "This code was not issued here, or it was changed.",
        "Este código no se emitió aquí, o fue modificado.",
    )
    advises = Words(
        "Do not let its bearer in on it; ask the host or the administrator.",
        "No deje pasar a quien lo presenta; pregunte al anfitrión o al administrador.",
    )


@frozen
class Invitation:
    """What an invitation token proves to carry."""

    invitation: InvitationId
    nonce: str


@frozen
class Code:
    """What a dynamic code proves. ``code`` names this one code, ``fresh`` says its time is now."""

    credential: CredentialId
    code: str
    fresh: bool


def new_nonce() -> str:
    """22 characters that nobody can guess."""
    return secrets.token_urlsafe(16)


def _check_keys(_holder: object, _field: object, keys: tuple[bytes, ...]) -> None:
    if not keys or any(len(key) < KEY_BYTES for key in keys):
        shown = [f"{len(key)} bytes" for key in keys]  # an error is no place for a key
        invalid(
            "keys",
            shown,
            f"at least one key of {KEY_BYTES} bytes or more",
            f"al menos una clave de {KEY_BYTES} bytes o más",
        )


@frozen
class InvitationTokens:
    """Writes and reads the tokens of invitations.

    Args:
        keys: each of 32 bytes or more, the newest last: that one signs, all of them are trusted.

    Raises:
        InvalidFieldError: there is no key, or one is too short.
    """

    keys: tuple[bytes, ...] = field(validator=_check_keys, repr=False)

    def write(self, invitation: InvitationId, nonce: str) -> str:
        """The token of *invitation*.

        Raises:
            InvalidFieldError: the id can be none, or the nonce is not 16 to 64 characters of
                ``A-Z a-z 0-9 _ -``.
        """
        _check_nonce(nonce)
        return _signed(self.keys, _INVITATION, _packed("invitation", invitation), nonce)

    def read(self, text: str) -> Invitation:
        """What the token *text* carries.

        Raises:
            TokenTooLongError: it is longer than any token.
            TokenMalformedError: it has not the form of an invitation's token.
            TokenForgedError: no key of ours has signed it.
        """
        match _opened(self.keys, _INVITATION, text):
            case packed, nonce if _NONCE.fullmatch(nonce):
                return Invitation(InvitationId(_unpacked(packed)), nonce)
            case _:
                raise TokenMalformedError


@frozen
class DynamicCodes:
    """Writes and reads the codes that a credential shows, a new one each *life*.

    Args:
        keys: each of 32 bytes or more, the newest last: that one signs, all of them are trusted.
        life: for how long a code is shown.
        drift: by how much the clock of a device that shows or reads codes may be wrong.

    Raises:
        InvalidFieldError: there is no key, one is too short, or a span makes no sense.
    """

    keys: tuple[bytes, ...] = field(validator=_check_keys, repr=False)
    life: timedelta = LIFE
    drift: timedelta = timedelta(0)

    def __attrs_post_init__(self) -> None:
        if self.life < timedelta(seconds=1):
            invalid("life", self.life, "a second or more", "un segundo o más")
        if self.drift < timedelta(0):
            invalid("drift", self.drift, "no less than zero", "cero o más")

    def write(self, credential: CredentialId, nonce: str, at: datetime) -> str:
        """The code that *credential* shows at *at*, until `next_at`.

        Raises:
            InvalidFieldError: the id can be none, or the nonce is not 16 to 64 characters of
                ``A-Z a-z 0-9 _ -``.
        """
        _check_nonce(nonce)
        packed = _packed("credential", credential)
        return _signed(self.keys, _CODE, packed, str(self._step(at)), nonce)

    def next_at(self, at: datetime) -> datetime:
        """When the code written at *at* gives way to the next one."""
        return EPOCH + (self._step(at) + 1) * self.life

    def read(self, text: str, now: datetime) -> Code:
        """What the code *text* carries, and whether its time is *now*, give or take the drift.

        Raises:
            TokenTooLongError: it is longer than any code.
            TokenMalformedError: it has not the form of a dynamic code.
            TokenForgedError: no key of ours has signed it.
        """
        match _opened(self.keys, _CODE, text):
            case packed, step, nonce if _STEP.fullmatch(step) and _NONCE.fullmatch(nonce):
                fresh = self._step(now - self.drift) <= int(step) <= self._step(now + self.drift)
                return Code(CredentialId(_unpacked(packed)), f"{step}-{nonce}", fresh)
            case _:
                raise TokenMalformedError

    def _step(self, at: datetime) -> int:
        return (at - EPOCH) // self.life


class _StrictSigner(Signer):
    """Takes a signature as it was written only: Base64 reads four last characters as one."""

    def verify_signature(self, value: str | bytes, sig: str | bytes) -> bool:
        written = sig.encode() if isinstance(sig, str) else sig
        return super().verify_signature(value, sig) and hmac.compare_digest(
            base64_encode(base64_decode(written)), written
        )


def _signer(keys: tuple[bytes, ...], prefix: str) -> Signer:
    # The prefix is part of the key: a token of one kind or version is never taken for another.
    return _StrictSigner(
        keys,
        salt=f"cvsec.{prefix}",
        sep=".",
        key_derivation="hmac",
        digest_method=hashlib.sha256,
    )


def _signed(keys: tuple[bytes, ...], prefix: str, *fields: str) -> str:
    return _signer(keys, prefix).sign(".".join((prefix, *fields))).decode("ascii")


def _opened(keys: tuple[bytes, ...], prefix: str, text: str) -> tuple[str, ...]:
    if len(text) > LONGEST:
        raise TokenTooLongError(len(text), LONGEST)
    scanned = text.strip()
    if not (scanned.isascii() and scanned.startswith(f"{prefix}.")):
        raise TokenMalformedError
    try:
        body = _signer(keys, prefix).unsign(scanned)
    except BadSignature:
        raise TokenForgedError from None
    return tuple(body.decode("ascii").split(".")[1:])


def _check_nonce(nonce: str) -> None:
    if not _NONCE.fullmatch(nonce):
        invalid(
            "nonce",
            how_long(nonce),  # an error is no place for a secret
            "16 to 64 letters, digits, - or _",
            "de 16 a 64 letras, dígitos, - o _",
        )


def _packed(name: str, value: str) -> str:
    require_id(name, value)  # what is no id makes no token, so none is longer than LONGEST
    return base64_encode(value).decode("ascii")


def _unpacked(packed: str) -> str:
    try:
        return base64_decode(packed).decode("utf-8")
    except (BadData, ValueError):  # signed by us, yet not written here
        raise TokenMalformedError from None
