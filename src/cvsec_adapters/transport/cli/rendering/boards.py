"""The boards and lists, each drawn from the rows that its query answers."""

from collections.abc import Sequence

from rich.text import Text

from cvsec_adapters.transport.cli import shapes
from cvsec_adapters.transport.cli.rendering.screen import STYLES, Heading, Screen
from cvsec_core.projections.access_records import Record
from cvsec_core.projections.alarm_center import Alarm
from cvsec_core.projections.dashboard import Dashboard
from cvsec_core.projections.devices import DeviceRow
from cvsec_core.projections.door_board import Door
from cvsec_core.projections.lockdown_board import GroupStatus, HeldDoor
from cvsec_core.vocabulary import meaning


def dashboard(screen: Screen, board: Dashboard) -> None:
    """Counts of devices, doors and alarms."""
    say, alarms = screen.say, board.alarms
    screen.heading(say("Dashboard", "Panel"), board.area or say("all areas", "todas las áreas"))
    online = say(
        f"{board.online} online, {board.offline} offline",
        f"{board.online} en línea, {board.offline} sin conexión",
    )
    sums = say(
        f"{alarms.unacknowledged} unacknowledged, {alarms.acknowledged} acknowledged",
        f"{alarms.unacknowledged} sin reconocer, {alarms.acknowledged} reconocidas",
    )

    def none(number: int) -> str:
        return "" if number else say("  none registered", "  sin registrar")

    screen.facts(
        [
            (say("Devices", "Dispositivos"), f"{board.devices:>4}  {online}"),
            (say("Doors", "Puertas"), f"{board.doors:>4}"),
            (say("Alarms today", "Alarmas de hoy"), f"{alarms.today:>4}"),
            (say("Alarms in all", "Alarmas en total"), f"{alarms.total:>4}  {sums}"),
            (say("People", "Personas"), f"{board.people:>4}{none(board.people)}"),
            (say("Visitors", "Visitantes"), f"{board.visitors:>4}{none(board.visitors)}"),
        ]
    )


def alarms(screen: Screen, page: Sequence[Alarm], note: str = "") -> None:
    """Alarms, the newest first."""
    screen.heading(screen.say("Alarm center", "Centro de alarmas"), note)
    if not page:
        screen.line(screen.say("No alarms.", "No hay alarmas."))
        return
    headings = [
        Heading("Raised", "Ocurrió"),
        Heading("Alarm", "Alarma"),
        Heading("Where", "Dónde"),
        Heading("State", "Estado"),
    ]
    screen.table(headings, [_alarm_cells(screen, shown) for shown in page])


def _alarm_cells(screen: Screen, shown: Alarm) -> tuple[str | Text, ...]:
    row = shown.row
    marker = "! " if row.state == "unacknowledged" else ""
    name = marker + meaning(row.code).named(screen.locale)
    event = Text.assemble((name, STYLES.get(row.level, "")), (f"\n{row.id}", "dim"))
    where = f"{row.door or row.device}, {shown.area}\n{shown.device_name}"
    still = screen.say("on", "activa") if row.active else screen.say("over", "terminada")
    state = Text.assemble(screen.word(row.state), "\n", screen.word(row.level), f", {still}")
    return (screen.stacked(row.raised_at), event, where, state)


def alarm(screen: Screen, shown: Alarm) -> None:
    """One alarm in full."""
    say, row = screen.say, shown.row
    screen.heading(meaning(row.code).named(screen.locale), row.id)
    facts: list[tuple[str, str | Text]] = [
        (say("Raised", "Ocurrió"), screen.moment(row.raised_at)),
        (say("Level", "Nivel"), screen.word(row.level)),
        (say("Event", "Evento"), f"{row.code}"),
        (say("Device", "Dispositivo"), f"{shown.device_name} ({row.device})"),
        (say("Door", "Puerta"), row.door or "-"),
        (say("Area", "Área"), shown.area or "-"),
        (say("State", "Estado"), screen.word(row.state)),
        (say("Still on", "Sigue activa"), screen.yes(really=row.active)),
    ]
    if row.acknowledged_by:
        by = f"{row.acknowledged_by}, {screen.moment(row.acknowledged_at)}"
        facts.append((say("Acknowledged", "Reconocida"), by))
    if row.remark:
        facts.append((say("Remark", "Observación"), row.remark))
    screen.facts(facts)


def records(screen: Screen, page: Sequence[Record], note: str = "") -> None:
    """Access records, the newest first."""
    screen.heading(screen.say("Access records", "Registros de acceso"), note)
    if not page:
        screen.line(screen.say("No records.", "No hay registros."))
        return
    headings = [
        Heading("Id", "Id", is_number=True),
        Heading("When", "Cuándo"),
        Heading("What", "Qué"),
        Heading("Where and who", "Dónde y quién"),
    ]
    screen.table(headings, [_record_cells(screen, row) for row in page])
    if any(row.late for row in page):
        late = screen.say(
            "late: told after the fact, from the device's memory",
            "tardío: comunicado después, desde la memoria del dispositivo",
        )
        screen.line(Text(late, style="dim"))


def _record_cells(screen: Screen, row: Record) -> tuple[str | Text, ...]:
    told = row.meaning
    what = Text(told.named(screen.locale))
    if row.late:
        what.append(f" ({screen.say('late', 'tardío')})", style="italic")
    verdict = screen.word(told.level if told.level == "alarm" else told.decision)
    way = screen.word(row.direction or "")
    details = [
        d for d in (verdict, Text(screen.verify_mode(row.verify)), way) if str(d) not in {"", "-"}
    ]
    what.append("\n").append_text(Text(", ").join(details))
    where = f"{row.door or row.device}\n{_who(screen, row)}"
    return (str(row.id), screen.stacked(row.occurred_at), what, where)


def _who(screen: Screen, row: Record) -> str:
    person, card = shapes.nobody_is_null(row.person), shapes.nobody_is_null(row.card)
    if person:
        return screen.say(f"person {person}", f"persona {person}")
    return screen.say(f"card {card}", f"tarjeta {card}") if card else "-"


def record(screen: Screen, row: Record) -> None:
    """One record in full."""
    say, told = screen.say, row.meaning
    screen.heading(told.named(screen.locale), str(row.id))
    arrived = screen.moment(row.received_at)
    if row.late:
        arrived += say("  (late: after others that followed it)", "  (tardío)")
    screen.facts(
        [
            (say("Occurred", "Ocurrió"), screen.moment(row.occurred_at)),
            (say("Received", "Recibido"), arrived),
            (say("Decision", "Decisión"), screen.word(told.decision)),
            (say("Level", "Nivel"), screen.word(told.level)),
            (say("Event", "Evento"), str(row.code)),
            (say("Device", "Dispositivo"), row.device),
            (say("Door", "Puerta"), row.door or "-"),
            (say("Direction", "Sentido"), screen.word(row.direction or "-")),
            (say("Person", "Persona"), shapes.nobody_is_null(row.person) or "-"),
            (say("Card", "Tarjeta"), shapes.nobody_is_null(row.card) or "-"),
            (say("Verified by", "Verificado por"), screen.verify_mode(row.verify) or "-"),
            (say("Number there", "Número allí"), str(row.index)),
        ]
    )


def doors(screen: Screen, board: Sequence[Door], note: str = "") -> None:
    """Each door, each of its axes."""
    screen.heading(screen.say("Doors", "Puertas"), note)
    if not board:
        screen.line(screen.say("No doors.", "No hay puertas."))
        return
    headings = [
        Heading("Door", "Puerta"),
        Heading("Mode", "Modo"),
        Heading("Confirmed", "Confirmado"),
        Heading("Sensor", "Sensor"),
        Heading("Lock", "Cerradura"),
        Heading("Alarm", "Alarma"),
        Heading("Held by", "Retenida por"),
        Heading("Device", "Dispositivo"),
    ]
    screen.table(headings, [_door_cells(screen, shown) for shown in board])


def _door_cells(screen: Screen, shown: Door) -> tuple[str | Text, ...]:
    row = shown.row
    online = (
        screen.say("online", "en línea") if shown.online else screen.say("OFFLINE", "SIN LÍNEA")
    )
    lock = screen.word(row.lock) if row.lock == "Unknown" else Text(_lock(screen, row.lock))
    return (
        row.id,
        screen.word(row.mode),
        screen.yes(really=row.confirmed),
        screen.word(row.physical),
        lock,
        screen.word(row.alarm),
        ", ".join(row.held_by) or "-",
        online,
    )


def _lock(screen: Screen, lock: str) -> str:
    words = {
        "Locked": screen.say("locked", "con cerrojo"),
        "Unlocked": screen.say("unlocked", "sin cerrojo"),
    }
    return words.get(lock, screen.say("fault", "fallo"))


def devices(screen: Screen, rows: Sequence[DeviceRow], note: str = "") -> None:
    """Each device, and whether it is online."""
    screen.heading(screen.say("Devices", "Dispositivos"), note)
    if not rows:
        screen.line(screen.say("No devices.", "No hay dispositivos."))
        return
    headings = [
        Heading("Serial", "Serie"),
        Heading("Name", "Nombre"),
        Heading("Area", "Área"),
        Heading("State", "Estado"),
        Heading("Doors", "Puertas", is_number=True),
        Heading("Firmware", "Firmware"),
        Heading("Clock", "Reloj", is_number=True),
    ]
    screen.table(headings, [_device_cells(screen, row) for row in rows])


def _device_cells(screen: Screen, row: DeviceRow) -> tuple[str | Text, ...]:
    online = screen.say("online", "en línea") if row.online else screen.say("OFFLINE", "SIN LÍNEA")
    offset = "?" if row.clock_offset_s is None else f"{row.clock_offset_s:+.0f} s"
    return (row.id, row.name, row.area, online, str(row.doors), row.firmware or "?", offset)


def lockdowns(screen: Screen, board: Sequence[GroupStatus]) -> None:
    """Each group; of one under lockdown every door, and those that are not confirmed."""
    screen.heading(screen.say("Lockdown board", "Panel de bloqueo"))
    if not board:
        screen.line(screen.say("No lockdown groups.", "No hay grupos de bloqueo."))
    for status in board:
        _lockdown(screen, status)


def _lockdown(screen: Screen, status: GroupStatus) -> None:
    say, row = screen.say, status.row
    title = Text.assemble((row.id, "bold"), "  ", screen.word(row.state))
    if row.since is not None:
        since = say(f"since {screen.moment(row.since)}", f"desde {screen.moment(row.since)}")
        title.append(f"  {since}, {row.by}", style="dim")
    screen.line(title)
    screen.line(row.reason, 3) if row.reason else None
    if row.state != "under-lockdown":
        doors = say(f"{len(row.doors)} doors", f"{len(row.doors)} puertas")
        screen.line(f"{doors}: {', '.join(row.doors)}\n", 3)
        return
    headings = [
        Heading("Door", "Puerta"),
        Heading("Confirmed", "Confirmado"),
        Heading("After", "Tras", is_number=True),
        Heading("Sensor", "Sensor"),
        Heading("Lock", "Cerrojo"),
        Heading("Device", "Dispositivo"),
        Heading("Held by", "Retenida por"),
    ]
    screen.table(headings, [_held_cells(screen, held) for held in status.doors])
    if any(held.means == "relock" for held in status.doors):
        relocked = say(
            "* locked instead of locked down, so that its exit stays free",
            "* cerrada en vez de bloqueada, para que la salida siga libre",
        )
        screen.line(relocked, 3)
    screen.line(_verdict(screen, status), 3)
    screen.console.print()


def _held_cells(screen: Screen, held: HeldDoor) -> tuple[str | Text, ...]:
    say = screen.say
    confirmed = (
        Text(say("yes", "sí")) if held.confirmed else Text(say("NOT YET", "AÚN NO"), "bold red")
    )
    if held.means == "relock":
        confirmed.append(" *")
    after = "-" if held.seconds_to_secure is None else f"{held.seconds_to_secure:.1f} s"
    online = say("online", "en línea") if held.online else say("OFFLINE", "SIN LÍNEA")
    physical = screen.word(held.physical)
    lock = "?" if held.lock == "Unknown" else _lock(screen, held.lock)
    return (held.door, confirmed, after, physical, lock, online, ", ".join(held.held_by))


def _verdict(screen: Screen, status: GroupStatus) -> Text:
    if status.unconfirmed:
        names = ", ".join(status.unconfirmed)
        return Text(
            screen.say(f"Not confirmed yet: {names}", f"Sin confirmar aún: {names}"), "bold red"
        )
    taken = f"{status.seconds_to_secure or 0:.1f} s"
    return Text(screen.say(f"Secured in {taken}.", f"Asegurado en {taken}."))
