"""Passwords as they are kept: argon2id hashes (RFC 9106), never the words themselves.

One hash takes about a tenth of a second and 64 MiB: hash off the event loop, a few at a time.
"""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from attrs import field, frozen

from cvsec_core.errors import Words
from cvsec_core.values import how_long, invalid

SHORTEST, LONGEST = 8, 256


@frozen
class Passwords:
    """Hashes passwords and checks them.

    Args:
        hasher: how costly a hash is; tests take the profile ``argon2.profiles.CHEAPEST``.
    """

    hasher: PasswordHasher = field(factory=PasswordHasher)

    def hash(self, password: str) -> str:
        """The hash to keep for *password*, with its own salt and costs in it.

        Raises:
            InvalidFieldError: it has fewer than 8 or more than 256 characters, or some that
                cannot be written.
        """
        if not (SHORTEST <= len(password) <= LONGEST and _writable(password)):
            invalid(
                "password",
                how_long(password),  # an error is no place for a password
                f"{SHORTEST} to {LONGEST} characters",
                f"de {SHORTEST} a {LONGEST} caracteres",
            )
        return self.hasher.hash(_composed(password))

    def verify(self, kept: str | None, password: str) -> bool:
        """Whether *password* is the one that *kept* was made of.

        Args:
            kept: None where there is nobody of that name; that answer takes as long as any.
        """
        if len(password) > LONGEST or not _writable(password):
            return False
        if kept is None:
            self.hasher.hash(_composed(password))
            return False
        try:
            return self.hasher.verify(kept, _composed(password))
        except (VerificationError, InvalidHashError):
            return False

    def needs_rehash(self, kept: str) -> bool:
        """Whether *kept* was made at other costs than today's: hash anew at the next sign-in.

        Raises:
            InvalidFieldError: it is no hash of ours.
        """
        try:
            return self.hasher.check_needs_rehash(kept)
        except InvalidHashError:
            invalid("kept", Words("another text", "otro texto"), "an argon2 hash", "un hash argon2")


def _composed(password: str) -> str:
    # Keyboards write one letter in several ways; NIST SP 800-63B has them made one.
    return unicodedata.normalize("NFKC", password)


def _writable(password: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in password)
