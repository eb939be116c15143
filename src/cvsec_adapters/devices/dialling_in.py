"""Everything that devices which dial in need of a process that serves them."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from attrs import frozen

from cvsec_adapters.devices.presence import MemoryPresence
from cvsec_adapters.devices.silence import report_silence
from cvsec_adapters.devices.zkpush.endpoint import Endpoint
from cvsec_adapters.devices.zkpush.incoming import Incoming
from cvsec_adapters.devices.zkpush.verifying import ReadCode
from cvsec_core.site import Site


@frozen
class DiallingIn:
    """``begin`` takes method, path and query of a request, and its body part by part;
    ``watch`` is called now and then with the time, and reports who has fallen silent.
    """

    begin: Callable[[str, str, str], Incoming]
    watch: Callable[[datetime], object]


def dialling_in(
    site: Site, *, register_unknown: bool = False, read_code: ReadCode | None = None
) -> DiallingIn:
    """What serves the devices of *site* from now on.

    Args:
        site: where everything is recorded.
        register_unknown: devices may register themselves; see `Endpoint`.
        read_code: what reads dynamic codes; see `Endpoint`.
    """
    presence = MemoryPresence()
    endpoint = Endpoint(site, presence, register_unknown=register_unknown, read_code=read_code)
    return DiallingIn(
        partial(Incoming, endpoint), partial(report_silence, site, presence, site.clock())
    )
