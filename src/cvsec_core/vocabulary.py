"""The words for what devices report: an event's name, level and decision by its code.

The numbers are those of the PUSH real-time events (0-19 and 200-255 normal, 20-99 exceptions,
100-199 alarms, 4000/5000/6000 their extensions); drivers of other makers map their own onto them.
Sources: the codes that two vendor demos agree on, and what captured devices sent. Where they
disagree the captured evidence stands: the tables call 3 a grant to several people, but terminals
send it for every ordinary success, so 3 is a grant like any other. 700 and above are ours,
made by software.
"""

from attrs import frozen

from cvsec_core.errors import Locale, Words
from cvsec_core.values import Decision, Level


@frozen
class Meaning:
    """What a code means."""

    name: Words
    level: Level
    decision: Decision = "none"

    def named(self, locale: Locale = "en") -> str:
        """The event's name in the reader's language."""
        return self.name.filled(locale, {})


HELD_OPEN = 28
TAMPER = 100
DURESS = 101
DURESS_BY_FINGER = 103
FORCED_OPEN = 102
DEVICE_STARTED = 206
DEVICE_OFFLINE = 700
CLOCK_SKEW = 701
EGRESS_IMPAIRED = 702
FAULT = 703
MODE_REJECTED = 704
REMOVAL_REJECTED = 705

FIRE_OPEN = frozenset({210, 6000})
"""The device opened its doors for life safety."""
FIRE_ENDED = 4000
EXIT_BLOCKED = frozenset({36, 64, 209})
"""Somebody pressed an exit button and the door stayed locked."""
EXIT_RELEASED = frozenset({202})
"""Somebody pressed an exit button and the door opened."""

_GRANTED = {
    0: ("Verified, door opened", "Verificación correcta, puerta abierta"),
    1: ("Verified in a normal-open period", "Verificación en periodo de apertura"),
    2: ("Opened by first person", "Abierta por primera persona"),
    3: ("Verified, door opened", "Verificación correcta, puerta abierta"),
    4: ("Emergency password", "Contraseña de emergencia"),
    14: ("Verified by fingerprint", "Verificación por huella"),
    15: ("Verified by several fingerprints", "Verificación por varias huellas"),
    16: ("Fingerprint in a normal-open period", "Huella en periodo de apertura"),
    17: ("Verified by card and fingerprint", "Verificación por tarjeta y huella"),
    18: ("First person by fingerprint", "Primera persona por huella"),
    19: ("First person by card and fingerprint", "Primera persona por tarjeta y huella"),
    203: ("Several people by card and fingerprint", "Varias personas por tarjeta y huella"),
    207: ("Verified by password", "Verificación por contraseña"),
    208: ("Opened by superuser", "Abierta por superusuario"),
    215: ("First person by password", "Primera persona por contraseña"),
    216: ("Password in a normal-open period", "Contraseña en periodo de apertura"),
    218: ("Passed with identity card", "Paso con documento de identidad"),
    222: ("Verified by the server", "Verificado por el servidor"),
    232: ("Verified", "Verificado"),
}
_NORMAL = {
    5: ("Normal-open period began", "Comenzó el periodo de apertura"),
    6: ("Linkage triggered", "Enlace activado"),
    7: ("Alarm cancelled", "Alarma cancelada"),
    8: ("Opened remotely", "Abierta a distancia"),
    9: ("Closed remotely", "Cerrada a distancia"),
    10: ("Normal-open disabled for today", "Apertura de hoy desactivada"),
    11: ("Normal-open enabled for today", "Apertura de hoy activada"),
    12: ("Auxiliary output on", "Salida auxiliar activada"),
    13: ("Auxiliary output off", "Salida auxiliar desactivada"),
    200: ("Door opened", "Puerta abierta"),
    201: ("Door closed", "Puerta cerrada"),
    202: ("Exit button pressed", "Botón de salida pulsado"),
    204: ("Normal-open period ended", "Terminó el periodo de apertura"),
    205: ("Set normally open remotely", "Apertura permanente a distancia"),
    206: ("Device started", "Dispositivo iniciado"),
    209: ("Exit button pressed while locked", "Botón de salida pulsado con el cerrojo echado"),
    210: ("Opened by fire alarm", "Abierta por alarma de incendio"),
    211: ("Closed by superuser", "Cerrada por superusuario"),
    214: ("Connected to the server", "Conectado al servidor"),
    217: ("Connected to the main controller", "Conectado al controlador principal"),
    220: ("Auxiliary input opened", "Entrada auxiliar abierta"),
    221: ("Auxiliary input shorted", "Entrada auxiliar en cortocircuito"),
    223: ("Server verification", "Verificación en el servidor"),
    224: ("Doorbell", "Timbre"),
    227: ("All doors opened", "Todas las puertas abiertas"),
    228: ("All doors closed", "Todas las puertas cerradas"),
    229: ("Auxiliary output normally open", "Salida auxiliar en apertura permanente"),
    230: ("Auxiliary output normally open ended", "Fin de la apertura de la salida auxiliar"),
    233: ("Locked down remotely", "Bloqueada a distancia"),
    234: ("Lockdown released remotely", "Bloqueo levantado a distancia"),
    237: ("Reader online", "Lector en línea"),
    255: ("Door state report", "Informe de estado de la puerta"),
    4000: ("Fire opening ended", "Fin de la apertura por incendio"),
}
_DENIED = {
    20: ("Presented too soon again", "Presentado de nuevo demasiado pronto"),
    21: ("Door outside its active period", "Puerta fuera de su periodo activo"),
    22: ("Outside the permitted time", "Fuera del horario permitido"),
    23: ("Access denied", "Acceso denegado"),
    24: ("Anti-passback violation", "Infracción de antirretorno"),
    25: ("Interlock", "Esclusa"),
    27: ("Unregistered credential", "Credencial no registrada"),
    29: ("Credential expired", "Credencial caducada"),
    30: ("Wrong password", "Contraseña errónea"),
    31: ("Fingerprint presented too soon again", "Huella presentada de nuevo demasiado pronto"),
    33: ("Fingerprint expired", "Huella caducada"),
    34: ("Unregistered fingerprint", "Huella no registrada"),
    35: (
        "Door outside its active period (fingerprint)",
        "Puerta fuera de su periodo activo (huella)",
    ),
    38: ("Card reported lost", "Tarjeta declarada perdida"),
    39: ("Blocklisted", "En la lista de bloqueo"),
    40: ("Several people not verified by fingerprint", "Varias personas sin verificar por huella"),
    41: ("Verify mode error", "Modo de verificación erróneo"),
    42: ("Wiegand format error", "Formato Wiegand erróneo"),
    44: ("Server verification failed", "Verificación en el servidor fallida"),
    45: ("Server verification timed out", "Verificación en el servidor sin respuesta"),
    48: ("Several people not verified", "Varias personas sin verificar"),
    49: (
        "Door outside its active period (password)",
        "Puerta fuera de su periodo activo (contraseña)",
    ),
    50: ("Password presented too soon again", "Contraseña presentada de nuevo demasiado pronto"),
    52: ("Several people not verified by password", "Varias personas sin verificar por contraseña"),
    53: ("Password expired", "Contraseña caducada"),
    61: ("Verified again", "Verificación repetida"),
    62: ("Forbidden", "Prohibido"),
    63: ("Door is locked down", "Puerta bloqueada"),
    68: ("Temperature out of range", "Temperatura fuera de rango"),
    69: ("No mask", "Sin mascarilla"),
    73: ("QR code refused", "Código QR rechazado"),
    74: ("QR code expired", "Código QR caducado"),
}
_WAITING = {
    26: ("Waiting for more people", "Esperando a más personas"),
    32: ("Waiting for more people (fingerprint)", "Esperando a más personas (huella)"),
    51: ("Waiting for more people (password)", "Esperando a más personas (contraseña)"),
}
_EXCEPTIONS = {
    36: (
        "Exit button outside the door's active period",
        "Botón de salida fuera del periodo activo",
    ),
    37: ("Cannot close in a normal-open period", "No se puede cerrar en periodo de apertura"),
    47: ("Command failed", "Orden fallida"),
    54: ("Battery voltage low", "Batería baja"),
    57: ("Device trouble", "Avería del dispositivo"),
    64: ("Exit button outside its period", "Botón de salida fuera de su periodo"),
    65: ("Auxiliary input outside its period", "Entrada auxiliar fuera de su periodo"),
    66: ("Reader trouble", "Avería del lector"),
    CLOCK_SKEW: ("Device clock is off", "Reloj del dispositivo desajustado"),
}
_ALARMS = {
    # 28 lies among the exceptions by number; the newer of the two vendor tables calls it an alarm.
    HELD_OPEN: ("Door held open", "Puerta retenida abierta"),
    TAMPER: ("Tamper", "Sabotaje"),
    FORCED_OPEN: ("Door forced open", "Puerta forzada"),
    104: ("Invalid card used repeatedly", "Tarjeta no válida repetida"),
    105: ("Server connection lost", "Conexión con el servidor perdida"),
    106: ("Battery power lost", "Alimentación de batería perdida"),
    107: ("Mains power lost", "Alimentación de red perdida"),
    108: ("Main controller connection lost", "Conexión con el controlador principal perdida"),
    109: ("Reader tamper", "Sabotaje del lector"),
    110: ("Reader offline", "Lector sin conexión"),
    111: ("Network power lost", "Alimentación por red perdida"),
    112: ("Extension board offline", "Placa de extensión sin conexión"),
    113: ("Enclosure tamper", "Apertura de la caja"),
    6000: ("Fire alarm opened doors", "La alarma de incendio abrió las puertas"),
    DEVICE_OFFLINE: ("Device offline", "Dispositivo sin conexión"),
    EGRESS_IMPAIRED: ("Exit is impaired", "Salida impedida"),
    FAULT: ("Door fault", "Fallo de la puerta"),
    MODE_REJECTED: ("Door did not do as told", "La puerta no obedeció"),
    REMOVAL_REJECTED: ("Device did not take rights away", "El dispositivo no retiró derechos"),
    **dict.fromkeys(range(114, 122), ("Line fault", "Fallo de línea")),
}
# Duress looks like a grant at the door: it opened.
_DURESS = {
    DURESS: ("Duress", "Coacción"),
    DURESS_BY_FINGER: ("Duress by fingerprint", "Coacción por huella"),
}

MEANINGS: dict[int, Meaning] = {
    **{code: Meaning(Words(*name), "normal", "granted") for code, name in _GRANTED.items()},
    **{code: Meaning(Words(*name), "normal") for code, name in _NORMAL.items()},
    **{code: Meaning(Words(*name), "normal", "waiting") for code, name in _WAITING.items()},
    **{code: Meaning(Words(*name), "exception", "denied") for code, name in _DENIED.items()},
    **{code: Meaning(Words(*name), "exception") for code, name in _EXCEPTIONS.items()},
    **{code: Meaning(Words(*name), "alarm") for code, name in _ALARMS.items()},
    **{code: Meaning(Words(*name), "alarm", "granted") for code, name in _DURESS.items()},
}
OPENING = frozenset({5, 8, *EXIT_RELEASED}) | {
    code for code, told in MEANINGS.items() if told.decision == "granted"
}
"""The door was let open: a grant, a remote opening, an exit request, a normal-open period."""


def opens(code: int) -> bool:
    """Whether the door is open by right: somebody was let through, or asked to leave."""
    return code in OPENING


def meaning(code: int) -> Meaning:
    """What *code* means; a code that is not known is told as it came, at the level of its range."""
    return MEANINGS.get(code) or Meaning(
        Words(f"Unrecognised event {code}", f"Evento no reconocido {code}"), _level_of_range(code)
    )


def _level_of_range(code: int) -> Level:
    if 20 <= code < 100 or 5000 <= code < 6000:  # noqa: PLR2004  # the ranges of the module's docstring
        return "exception"
    if 100 <= code < 200 or 6000 <= code < 7000:  # noqa: PLR2004
        return "alarm"
    return "normal"


def search(text: str) -> tuple[int, ...]:
    """The codes whose name contains *text* in either language, in upper or lower case."""
    wanted = text.casefold()
    return tuple(
        sorted(
            code
            for code, m in MEANINGS.items()
            if any(wanted in words.casefold() for words in m.name)
        )
    )
