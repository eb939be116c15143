"""A site, and what is needed at a desk beside it."""

from attrs import frozen

from cvsec_adapters.storage.picture_store import PictureStore
from cvsec_adapters.tokens.passwords import Passwords
from cvsec_adapters.tokens.signed import DynamicCodes, InvitationTokens
from cvsec_core.ports import Vault
from cvsec_core.site import Site


@frozen
class Desk:
    """A site with its tokens, codes, passwords, pictures and keys.

    `cvsec_adapters.wiring.desk_of` makes one.
    """

    site: Site
    tokens: InvitationTokens
    codes: DynamicCodes
    passwords: Passwords
    pictures: PictureStore
    vault: Vault
