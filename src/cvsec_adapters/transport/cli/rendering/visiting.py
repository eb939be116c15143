"""Visits, invitations and letters, each drawn from the rows that its query answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from rich.text import Text

from cvsec_adapters.transport.cli.rendering.screen import Heading, Screen
from cvsec_adapters.transport.cli.visiting_shapes import name_of, number_of
from cvsec_core.errors import Words
from cvsec_core.ids import PersonId
from cvsec_core.projections.directory import PersonRow
from cvsec_core.projections.invitations import Invitation
from cvsec_core.projections.mail_outbox import MailRow
from cvsec_core.projections.visitor_list import Overview, Regular, Visit

BAR = "█"
WIDEST = 40
"""So many blocks at most stand for the hour in which most came."""
STATES: dict[str, Words] = {
    "expected": Words("expected", "prevista"),
    "checked-in": Words("checked in", "dentro"),
    "checked-out": Words("checked out", "salió"),
    "cancelled": Words("cancelled", "anulada"),
    "no-show": Words("no show", "no vino"),
    "open": Words("open", "abierta"),
    "redeemed": Words("redeemed", "usada"),
    "withdrawn": Words("withdrawn", "retirada"),
    "expired": Words("expired", "caducada"),
    "pending": Words("pending", "pendiente"),
    "claimed": Words("being sent", "enviándose"),
    "sent": Words("sent", "enviada"),
    "given-up": Words("GIVEN UP", "ABANDONADA"),
    "invitation": Words("invitation", "invitación"),
    "invitation-withdrawn": Words("withdrawal", "retirada"),
    "visitor-arrived": Words("visitor has come", "llegó una visita"),
}
LOUD = {"checked-in": "bold", "given-up": "bold red"}


def visits(screen: Screen, page: Sequence[Visit], now: datetime, note: str = "") -> None:
    """Visits, the newest first."""
    say = screen.say
    screen.heading(say("Visits", "Visitas"), note)
    if not page:
        screen.line(say("No visits.", "No hay visitas."))
        return
    headings = [
        Heading("When", "Cuándo"),
        Heading("Visitor", "Visitante"),
        Heading("Host", "Anfitrión"),
        Heading("Reason", "Motivo"),
        Heading("State", "Estado"),
    ]
    screen.table(headings, [_visit_cells(screen, shown, now) for shown in page])


def _visit_cells(screen: Screen, shown: Visit, now: datetime) -> tuple[str | Text, ...]:
    row = shown.row
    when = f"{_span(screen, row.start, row.end)}\n"
    party = f" +{row.party - 1}" if row.party > 1 else ""
    state = Text.assemble(_state(screen, shown.state(now)), "\n", _passed(screen, shown))
    return (
        Text.assemble(when, (row.id, "dim")),
        _person(screen, shown.visitor, party),
        _person(screen, shown.host),
        row.reason or "-",
        state,
    )


def _passed(screen: Screen, shown: Visit) -> str:
    """When they came and left; an asterisk: nobody saw it."""
    row = shown.row
    if row.checked_in_at is None:
        return ""
    came = f"{row.checked_in_at.astimezone(screen.zone):%H:%M}"
    if row.checked_out_at is None:
        return f"{came}-"
    left = f"{row.checked_out_at.astimezone(screen.zone):%H:%M}"
    assumed = screen.say(" assumed", " supuesta") if row.assumed else ""
    return f"{came}-{left}{assumed}"


def statistics(
    screen: Screen, overview: Overview, flow: Sequence[int], top: Sequence[Regular]
) -> None:
    """Today at a glance, its hours, and who came most often this month."""
    say = screen.say
    screen.heading(say("Visitors today", "Visitantes de hoy"))
    screen.facts(
        [
            (say("Visits", "Visitas"), f"{overview.today:>4}"),
            (say("Checked in", "Entraron"), f"{overview.checked_in:>4}"),
            (say("Not checked out", "Sin salida"), f"{overview.not_checked_out:>4}"),
        ]
    )
    screen.heading(say("Visitors by the hour", "Visitantes por hora"))
    _flow(screen, flow)
    screen.heading(say("Most visits this month", "Más visitas este mes"))
    if not top:
        screen.line(say("Nobody yet.", "Nadie aún."))
        return
    headings = [
        Heading("", "", is_number=True),
        Heading("Visitor", "Visitante"),
        Heading("Visits", "Visitas", is_number=True),
    ]
    screen.table(
        headings,
        [(f"{one.rank}.", _person(screen, one.name), str(one.visits)) for one in top],
    )


def _flow(screen: Screen, flow: Sequence[int]) -> None:
    """A bar for each hour from the first to the last in which somebody came."""
    hours = [hour for hour, number in enumerate(flow) if number]
    if not hours:
        screen.line(screen.say("Nobody yet.", "Nadie aún."))
        return
    most = max(flow)
    screen.facts(
        [
            (f"{hour:02}", f"{BAR * -(-flow[hour] * min(most, WIDEST) // most)} {flow[hour]}")
            for hour in range(hours[0], hours[-1] + 1)
        ]
    )


def invitations(screen: Screen, page: Sequence[Invitation], now: datetime, note: str = "") -> None:
    """Invitations, the newest first."""
    say = screen.say
    screen.heading(say("Invitations", "Invitaciones"), note)
    if not page:
        screen.line(say("No invitations.", "No hay invitaciones."))
        return
    headings = [
        Heading("When", "Cuándo"),
        Heading("Guest", "Invitado"),
        Heading("Host", "Anfitrión"),
        Heading("State", "Estado"),
        Heading("Letter", "Carta"),
    ]
    screen.table(headings, [_invitation_cells(screen, shown, now) for shown in page])


def _invitation_cells(screen: Screen, shown: Invitation, now: datetime) -> tuple[str | Text, ...]:
    row, guest = shown.row, shown.guest
    party = f" +{row.visitors - 1}" if row.visitors > 1 else ""
    address = guest.email or "-" if guest else "-"
    letter = _state(screen, shown.mail.state) if shown.mail else Text("-")
    return (
        Text.assemble(f"{_span(screen, row.start, row.end)}\n", (row.id, "dim")),
        Text.assemble(f"{name_of(guest) or '-'}{party}\n", (address, "dim")),
        _person(screen, shown.host),
        Text.assemble(_state(screen, shown.state(now)), f"\n{row.reason or '-'}"),
        letter,
    )


def invitation(screen: Screen, shown: Invitation, token: str, code: str) -> None:
    """An invitation that was just issued, with its code to show or to send by other ways."""
    say, row = screen.say, shown.row
    screen.heading(say("Invitation", "Invitación"), row.id)
    screen.facts(
        [
            (
                say("Guest", "Invitado"),
                f"{name_of(shown.guest)}, {shown.guest and shown.guest.email}",
            ),
            (say("Host", "Anfitrión"), f"{name_of(shown.host)} ({number_of(shown.host)})"),
            (say("When", "Cuándo"), _span(screen, row.start, row.end)),
            (say("Reason", "Motivo"), row.reason or "-"),
            (say("People", "Personas"), str(row.visitors)),
        ]
    )
    qr_code(screen, code)
    screen.console.print(token, soft_wrap=True, markup=False)


def qr_code(screen: Screen, code: str) -> None:
    """A QR code in block characters: it is one picture, and never wrapped."""
    screen.console.print(f"\n{code}", soft_wrap=True, markup=False)


def letters(
    screen: Screen,
    page: Sequence[MailRow],
    people: Mapping[PersonId, PersonRow],
    note: str = "",
) -> None:
    """Letters, the newest first."""
    say = screen.say
    screen.heading(say("Letters", "Cartas"), note)
    if not page:
        screen.line(say("No letters.", "No hay cartas."))
        return
    headings = [
        Heading("Letter", "Carta"),
        Heading("To", "Para"),
        Heading("State", "Estado"),
        Heading("Attempts", "Intentos", is_number=True),
        Heading("Last error", "Último error"),
    ]
    screen.table(headings, [_letter_cells(screen, row, people) for row in page])


def _letter_cells(
    screen: Screen, row: MailRow, people: Mapping[PersonId, PersonRow]
) -> tuple[str | Text, ...]:
    recipient = people.get(row.recipient)
    waits = row.state == "pending" and row.attempts > 0
    again = screen.say("again ", "de nuevo ") + screen.clock(row.due_at) if waits else ""
    return (
        Text.assemble(_state(screen, row.kind), "\n", (row.id, "dim")),
        recipient.email or "-" if recipient else "-",
        Text.assemble(_state(screen, row.state), f"\n{again}"),
        str(row.attempts),
        row.error or "-",
    )


def _state(screen: Screen, key: str) -> Text:
    return Text(STATES[key].filled(screen.locale, {}), LOUD.get(key, ""))


def _person(screen: Screen, row: PersonRow | None, party: str = "") -> Text:
    if row is None:
        return Text(screen.say("(forgotten)", "(olvidada)"))
    return Text.assemble(f"{name_of(row)}{party}\n", (row.number or "-", "dim"))


def _span(screen: Screen, start: datetime, end: datetime) -> str:
    first, last = start.astimezone(screen.zone), end.astimezone(screen.zone)
    same = first.date() == last.date()
    return f"{first:%m-%d %H:%M}-{last:{'%H:%M' if same else '%m-%d %H:%M'}}"
