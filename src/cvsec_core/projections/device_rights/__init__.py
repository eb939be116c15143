"""Who shall be let in by a device while it is alone, at which of its doors and when, and what of
that has it not been told yet?

Each device follows, for every level that names a door of it, the list of the level's holders in the
order in which something about them changed, and remembers how far it was told. So a change is one
row, whatever the number of devices; a device that began anew goes through its lists once more. From
whom something was taken stands on a second list, of which devices are told before anything else.
What is told about somebody is put together when it is told; no row holds it.
"""

from cvsec_core.projections.device_rights.following import PROJECTION
from cvsec_core.projections.device_rights.hours import Hours
from cvsec_core.projections.device_rights.listing import who_stays
from cvsec_core.projections.device_rights.people import User
from cvsec_core.projections.device_rights.telling import (
    ASK_AGAIN,
    PAGE,
    SEND_AGAIN,
    Chunk,
    Right,
    next_chunk,
)

__all__ = [
    "ASK_AGAIN",
    "PAGE",
    "PROJECTION",
    "SEND_AGAIN",
    "Chunk",
    "Hours",
    "Right",
    "User",
    "next_chunk",
    "who_stays",
]
