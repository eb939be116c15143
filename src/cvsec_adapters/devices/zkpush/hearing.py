"""What each request of a registered device becomes: commands, and the answer to give after them."""

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from cvsec_adapters.devices.handing import outcomes
from cvsec_adapters.devices.listed import strangers
from cvsec_adapters.devices.reports import (
    Sender,
    door_states,
    passages,
    skew,
    unreadable,
    unrecognised,
)
from cvsec_adapters.devices.zkpush import replies
from cvsec_adapters.devices.zkpush.commands import ACCEPTED, position_and_step, steps_of
from cvsec_adapters.devices.zkpush.loading import Loading
from cvsec_adapters.devices.zkpush.messages import Request
from cvsec_adapters.devices.zkpush.parsing import (
    all_axes,
    lines_of,
    options_of,
    pins_of,
    read_lines,
    record_of,
    results_of,
    state_of,
    text_of,
    verification_of,
    whole_number,
)
from cvsec_adapters.devices.zkpush.replies import Traits
from cvsec_adapters.devices.zkpush.verifying import ReadCode, is_granted
from cvsec_core.aggregates import device
from cvsec_core.ids import door_of
from cvsec_core.site import Site


@frozen
class Contact:
    """A request, who sent it, and what is known of its firmware. ``live``: nothing that the device
    sent later has been heard yet.
    """

    site: Site
    of: Sender
    request: Request
    traits: Traits
    live: bool
    loading: Loading
    read_code: ReadCode | None = None


@frozen
class Heard:
    """``traits`` are given where the device told something about itself."""

    text: str
    commands: Sequence[object] = ()
    traits: Traits | None = None


def hear(contact: Contact) -> Heard:
    """What the request becomes; of something unknown length and hash are kept, and it is answered
    ``OK``.
    """
    name, about = contact.request.name, _about(contact.request)
    route = _ROUTES.get((name, about)) or _ROUTES.get((name, "*")) or _unknown
    return route(contact)


def _about(request: Request) -> str:
    """What a request is about, in lower case, where its path serves several ends."""
    told = request.parameters
    if request.name != "cdata":
        return told.get("type", "").lower()
    if told.get("authtype", "").lower() == "device":
        return "auth"
    return told.get("table", "handshake").lower()


# Becoming acquainted.
def _shook_hands(contact: Contact) -> Heard:
    language = contact.request.parameters.get("language")
    traits = _learned(contact.traits, {"language": language} if language else {})
    return Heard(replies.handshake(contact.of.id, traits), traits=traits)


def _registered(contact: Contact) -> Heard:
    """A device registers as it connects: it may have started anew and forgotten everything."""
    described = _described(contact, replies.registered(contact.of.id))
    started = device.ReportDeviceStarted(contact.of.id, contact.request.received_at)
    return Heard(described.text, (*described.commands, started), described.traits)


def _pushed(contact: Contact) -> Heard:
    return Heard(replies.session_settings(contact.of.id, contact.traits))


def _told_options(contact: Contact) -> Heard:
    return _described(contact, replies.OK)


def _described(contact: Contact, text: str) -> Heard:
    options = options_of(contact.request.body, contact.traits.language)
    told = device.ReportDeviceDescribed(
        contact.of.id,
        contact.request.received_at,
        options.get("devicename") or None,
        options.get("firmver") or None,
        whole_number(options.get("maxusercount", "")),
    )
    return Heard(text, (told,), _learned(contact.traits, options))


def _learned(had: Traits, options: Mapping[str, str]) -> Traits:
    prefixed = options.get("cmdformat")
    return Traits(
        options.get("language") or had.language,
        options.get("machinetype") or had.machine,
        had.prefixed if prefixed is None else prefixed == "1",
    )


# Asking.
def _told_time(contact: Contact) -> Heard:
    return Heard(replies.time_told(contact.request.received_at, contact.of.zone))


def _asked_to_verify(contact: Contact) -> Heard:
    """One question at a time; what cannot be read, or is about no door of ours, is not answered."""
    of, at, body = contact.of, contact.request.received_at, contact.request.body
    language = contact.traits.language
    good, bad = read_lines(body, verification_of, language)
    kept = unreadable(of, "auth", bad, at)
    doors = set(of.profile.doors)
    asked = next((one for one in good if door_of(of.id, one.record.number) in doors), None)
    if asked is None:
        return Heard(replies.TIMED_OUT, kept)
    granted = is_granted(contact.site, of, asked, at, contact.read_code)
    record = text_of(body, language).strip()
    return Heard(replies.verified(record, asked.record.number, granted=granted), kept)


def _just_there(_: Contact) -> Heard:
    return Heard(replies.OK)


# Reporting.
def _told_records(contact: Contact) -> Heard:
    return Heard(replies.OK, _records(contact, backfilled=False))


def _told_state(contact: Contact) -> Heard:
    of, at = contact.of, contact.request.received_at
    states, bad = read_lines(contact.request.body, state_of, contact.traits.language)
    commands: list[object] = [*unreadable(of, "rtstate", bad, at), *_cut(contact, "rtstate")]
    for state in states:
        if contact.live:
            commands.append(skew(of, state.local, at))
        commands.extend(door_states(of, all_axes(state), state.local, at))
    return Heard(replies.OK, commands)


def _told_table(contact: Contact) -> Heard:
    """A table that the device keeps: its records are history, the others are not ours to keep."""
    told, body = contact.request.parameters, contact.request.body
    table = told.get("tablename", "")
    count = whole_number(told.get("count", ""))
    text = f"{table}={len(lines_of(body)) if count is None else count}"
    if table.lower() == "transaction":
        return Heard(text, _records(contact, backfilled=True))
    return Heard(text, _kept(contact, f"tabledata:{table}"))


def _told_results(contact: Contact) -> Heard:
    of, at = contact.of, contact.request.received_at
    results, bad = results_of(contact.request.body)
    told = [(*position_and_step(r.wire), r.code) for r in results if r.code != ACCEPTED]
    loaded = contact.loading.position(of.id)
    others = [result for result in told if result[0] != loaded]
    local = at.astimezone(of.zone)
    reports = outcomes(contact.site, of.id, others, at, lambda row: len(steps_of(row, local)))
    whole = [
        (position, 0, code)
        for position, step, part in told
        if (code := contact.loading.outcome(of.id, position, step, part)) is not None
    ]
    rights = outcomes(contact.site, of.id, whole, at, lambda _: 1)
    return Heard(replies.OK, [*reports, *rights, *unreadable(of, "devicecmd", bad, at)])


def _named_people(contact: Contact) -> Heard:
    """Whom the device knows, as it was asked; whom it shall not know has to go from it."""
    told = contact.request.parameters
    if told.get("tablename", "").lower() != "user":
        return _told_table(contact)
    pins = pins_of(contact.request.body, contact.traits.language)
    of, at = contact.of, contact.request.received_at
    contact.loading.named(of.id, len(pins), strangers(contact.site, of.id, pins, at))
    return Heard(f"user={len(pins)}")


def _unknown(contact: Contact) -> Heard:
    about = f"{contact.request.name}:{_about(contact.request)}"
    return Heard(replies.OK, _kept(contact, about))


def _records(contact: Contact, *, backfilled: bool) -> list[object]:
    of, at = contact.of, contact.request.received_at
    records, bad = read_lines(contact.request.body, record_of, contact.traits.language)
    table = "transaction" if backfilled else "rtlog"
    return [
        *passages(contact.site, of, records, at, backfilled=backfilled),
        *unreadable(of, table, bad, at),
        *_cut(contact, table),
    ]


def _cut(contact: Contact, about: str) -> list[object]:
    """Of a body that was too long, that there was more."""
    return _kept(contact, f"oversized:{about}") if contact.request.whole else []


def _kept(contact: Contact, about: str) -> list[object]:
    request = contact.request
    if not request.body:
        return []
    return [unrecognised(contact.of, about, request.body, request.received_at, request.whole)]


_ROUTES: Mapping[tuple[str, str], Callable[[Contact], Heard]] = {
    ("cdata", "handshake"): _shook_hands,
    ("cdata", "auth"): _asked_to_verify,
    ("cdata", "options"): _told_options,
    ("cdata", "rtlog"): _told_records,
    ("cdata", "rtstate"): _told_state,
    ("cdata", "tabledata"): _told_table,
    ("querydata", "tabledata"): _named_people,
    ("querydata", "options"): _told_options,
    ("querydata", "count"): _just_there,
    ("registry", "*"): _registered,
    ("push", "*"): _pushed,
    ("getrequest", "*"): _just_there,
    ("devicecmd", "*"): _told_results,
    ("ping", "*"): _just_there,
    ("rtdata", "time"): _told_time,
}
"""By the path's name and what the request is about; ``*``: whatever it is about."""
