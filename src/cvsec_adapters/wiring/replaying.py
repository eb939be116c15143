"""Lets what a capture holds happen on a site."""

from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from attrs import define

from cvsec_core.aggregates import device
from cvsec_core.aggregates.device import RegisterDevice
from cvsec_core.aggregates.door import RegisterDoor
from cvsec_core.aggregates.journal import PassageRecorded
from cvsec_core.errors import CommandError, Words
from cvsec_core.handling import Asked
from cvsec_core.ids import DeviceId, door_of
from cvsec_core.site import Site

if TYPE_CHECKING:
    from cvsec_adapters.devices.zkpush.endpoint import Endpoint
    from cvsec_adapters.devices.zkpush.messages import Request


class Replayed(NamedTuple):
    """What a capture brought: its requests, and the events and access records that were news."""

    file: Path
    requests: int
    events: int
    records: int


def replay_captures(
    site: Site,
    files: Sequence[Path],
    *,
    register: Callable[[DeviceId, int], RegisterDevice] | None,
    progress: Callable[[str, int, int], None],
) -> list[Replayed]:
    """Let what the capture *files* hold happen on *site*, at the times at which it was received.

    Every file is read, and every device looked up, before anything is stored.

    Args:
        site: where it happens.
        files: the captures, in the order in which they happen.
        register: how a device that is not known is registered, by its serial and the doors that it
            shows; it is also told of doors that a known device shows beyond its own. None: every
            device must be known.
        progress: called with a file's name, the requests done and how many there are.

    Raises:
        CaptureFormatError: a file is no capture.
        DeviceUnknownError: a device is not registered, and shall not be.
        DeviceRetiredError: a device takes part in nothing any more.
        OSError: a file cannot be read.
    """
    from cvsec_adapters.devices.presence import MemoryPresence
    from cvsec_adapters.devices.zkpush.capture import doors_in, read_capture
    from cvsec_adapters.devices.zkpush.endpoint import Endpoint

    captures = [read_capture(file) for file in files]
    doors = doors_in(request for capture in captures for request in capture)
    newcomers = [c for name in doors for c in _arrival(site, DeviceId(name), doors[name], register)]
    for answer in site.handle_all(newcomers):
        answer.or_raise()
    endpoint = Endpoint(site, MemoryPresence())
    return [
        _replayed(site, endpoint, file, requests, progress)
        for file, requests in zip(files, captures, strict=True)
    ]


def _arrival(
    site: Site,
    name: DeviceId,
    doors: int,
    register: Callable[[DeviceId, int], RegisterDevice] | None,
) -> Iterator[Asked]:
    """What has to be registered before device *name* with so many *doors* can be heard."""
    state: device.DeviceState = site.state(device.stream(name))
    if isinstance(state, device.Retired):
        raise device.DeviceRetiredError(name)
    if register is None:
        if isinstance(state, device.Unregistered):
            raise device.DeviceUnknownError(name)
        return
    asked = register(name, doors)
    if isinstance(state, device.Unregistered):
        yield Asked(asked)
        return
    for number in range(1, doors + 1):
        if door_of(name, number) not in state.profile.doors:
            found = RegisterDoor(door_of(name, number), name, number, asked.at)
            yield Asked(found, actor=asked.by)


def _replayed(
    site: Site,
    endpoint: "Endpoint",
    file: Path,
    requests: Sequence["Request"],
    progress: Callable[[str, int, int], None],
) -> Replayed:
    before = site.log.head()
    for number, request in enumerate(requests, 1):
        status = endpoint.answer(request).status
        if status != HTTPStatus.OK:
            raise NotReplayedError(str(file), number)
        progress(file.name, number, len(requests))
    news = site.log.read_all(before, site.log.head() - before)
    passages = sum(isinstance(recorded.event, PassageRecorded) for recorded in news)
    return Replayed(file, len(requests), len(news), passages)


@define
class NotReplayedError(CommandError):
    """A request of a capture could not be recorded; those before it were."""

    file: str
    request: int

    code = "not-replayed"
    says = Words(
        "{file}: request {request} could not be recorded.",
        "{file}: no se pudo guardar la petición {request}.",
    )
    advises = Words(
        "See the cause above, and replay the file again: what is known is not recorded twice.",
        "Vea la causa arriba y repita el archivo: lo conocido no se guarda dos veces.",
    )
