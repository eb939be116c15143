"""Answers the requests of devices: bytes in, bytes out, on a site.

    unknown serial  --GET cdata--> OK             --POST--> 406, so it keeps its records
    known serial    --GET cdata--> settings       --POST registry--> RegistryCode
                    --POST cdata, querydata--> recorded, then acknowledged
                    --GET getrequest--> commands  --POST devicecmd--> outcomes recorded

Everything of one request is one commit, and a record is acknowledged after it.
"""

import logging
from datetime import datetime

from cvsec_adapters.devices.handing import bring_in, hand_out, hand_out_rights
from cvsec_adapters.devices.reports import Sender, sender
from cvsec_adapters.devices.zkpush import replies, tables
from cvsec_adapters.devices.zkpush.commands import steps_of, wire_id
from cvsec_adapters.devices.zkpush.hearing import Contact, hear
from cvsec_adapters.devices.zkpush.loading import Loading
from cvsec_adapters.devices.zkpush.messages import Request, Response, response
from cvsec_adapters.devices.zkpush.parsing import options_of, whole_number
from cvsec_adapters.devices.zkpush.replies import Traits
from cvsec_adapters.devices.zkpush.verifying import ReadCode
from cvsec_core.aggregates import device
from cvsec_core.handling import SYSTEM, Asked
from cvsec_core.ids import DeviceId
from cvsec_core.ports import Presence
from cvsec_core.site import Site

NEW_AREA = "New"
"""Where a device stands that registered itself, until somebody moves it."""

_log = logging.getLogger(__name__)


class Endpoint:
    """Answers the devices of one site. Safe to call from several threads."""

    def __init__(
        self,
        site: Site,
        presence: Presence,
        *,
        register_unknown: bool = False,
        read_code: ReadCode | None = None,
    ) -> None:
        """Answer the registered devices of *site*.

        Args:
            site: where everything is recorded.
            presence: is told whom was heard of.
            register_unknown: a device that says how many locks it has is registered, on the
                organisation's wall clock; else only a person registers devices.
            read_code: what reads the dynamic codes that are shown to devices which ask who may
                pass; None: they count as unknown.
        """
        self._site, self._presence = site, presence
        self._register_unknown, self._read_code = register_unknown, read_code
        self._traits: dict[DeviceId, Traits] = {}
        self._loading = Loading()

    def answer(self, request: Request) -> Response:
        """The answer to *request*, whatever it holds.

        406 tells a device that is not registered, or was retired, to keep its records; 500 that
        nothing of this request was recorded.
        """
        try:
            return self._answer(request)
        except Exception:  # noqa: BLE001  # whatever it was, the device must keep its records
            _log.exception("A request of device %r was not recorded", request.serial)
            return response("", request.received_at, 500)

    def _answer(self, request: Request) -> Response:
        of = sender(self._site, request.serial) or self._newcomer(request)
        if of is None:
            asks = request.method.upper() in {"GET", "HEAD"}
            return response(replies.OK, request.received_at, 200 if asks else 406)
        traits = self._traits.get(of.id, Traits())
        live = self._is_live(of, request)
        heard = hear(Contact(self._site, of, request, traits, live, self._loading, self._read_code))
        bring_in(self._site, self._presence, of.id, heard.commands, request.received_at)
        if heard.traits is not None:
            self._traits[of.id] = heard.traits
        wants_commands = request.name == "getrequest"
        text = self._handed_out(of, request, traits) if wants_commands else heard.text
        return response(text, request.received_at)

    def _newcomer(self, request: Request) -> Sender | None:
        """The device that *request* registers, where devices may."""
        if not self._register_unknown or request.name != "registry":
            return None
        options = options_of(request.body, None)
        doors = whole_number(options.get("lockcount", ""))
        if doors is None:
            return None
        serial = request.serial
        name, zone = options.get("devicename") or serial, str(self._site.zone())
        at = request.received_at
        asked = device.RegisterDevice(DeviceId(serial), name, NEW_AREA, zone, doors, SYSTEM, at)
        self._site.handle_all((Asked(asked),))
        return sender(self._site, serial)

    def _is_live(self, of: Sender, request: Request) -> bool:
        last = self._presence.last_heard(of.id)
        return last is None or last <= request.received_at

    def _handed_out(self, of: Sender, request: Request, traits: Traits) -> str:
        local = request.received_at.astimezone(of.zone)
        rows = hand_out(
            self._site, of.id, request.received_at, lambda row: len(steps_of(row, local))
        )
        told = [
            (wire_id(row.position, step), command)
            for row in rows
            for step, command in enumerate(steps_of(row, local))
        ]
        if not told:  # doors go first
            told = self._rights(of, request.received_at)
        return replies.handed_out(of.id, told, traits)

    def _rights(self, of: Sender, at: datetime) -> list[tuple[int, str]]:
        removals = self._loading.removals(of.id)
        handed = hand_out_rights(self._site, of.id, at, lambda chunk: len(tables.steps_of(chunk)))
        told = self._loading.handed_out(of.id, *handed) if handed else ()
        return [*removals, *told]
