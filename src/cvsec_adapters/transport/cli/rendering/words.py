"""The words that tables show for what the core keeps as codes, in both languages."""

from cvsec_core.errors import Words

WORDS: dict[str, Words] = {
    # decisions
    "granted": Words("granted", "permitido"),
    "denied": Words("denied", "denegado"),
    "waiting": Words("waiting", "en espera"),
    "none": Words("-", "-"),
    # levels
    "normal": Words("normal", "normal"),
    "exception": Words("exception", "excepción"),
    "alarm": Words("alarm", "alarma"),
    # states of alarms
    "unacknowledged": Words("unacknowledged", "sin reconocer"),
    "acknowledged": Words("acknowledged", "reconocida"),
    # modes, in ONVIF's words
    "Locked": Words("Locked", "Con cerrojo"),
    "Unlocked": Words("Unlocked", "Sin cerrojo"),
    "Blocked": Words("Blocked", "Inhabilitada"),
    "LockedDown": Words("LockedDown", "Bloqueada"),
    "LockedOpen": Words("LockedOpen", "Apertura fija"),
    "DoubleLocked": Words("DoubleLocked", "Doble cerrojo"),
    # sensors
    "Unknown": Words("?", "?"),
    "Open": Words("open", "abierta"),
    "Closed": Words("closed", "cerrada"),
    "Fault": Words("fault", "fallo"),
    "DoorForcedOpen": Words("forced open", "forzada"),
    "DoorOpenTooLong": Words("held open", "retenida"),
    "Normal": Words("-", "-"),
    # groups
    "safe": Words("safe", "segura"),
    "under-lockdown": Words("UNDER LOCKDOWN", "BAJO BLOQUEO"),
    "drill": Words("drill", "simulacro"),
    # kinds of people
    "personnel": Words("personnel", "personal"),
    "visitor": Words("visitor", "visitante"),
    "administrator": Words("administrator", "administrador"),
    # credentials
    "card": Words("card", "tarjeta"),
    "pin": Words("PIN", "PIN"),
    "qr": Words("QR", "QR"),
    "active": Words("active", "activa"),
    "suspended": Words("suspended", "suspendida"),
    "revoked": Words("revoked", "revocada"),
    # what is shown of people
    "name": Words("name", "nombre"),
    "department": Words("department", "departamento"),
    "photo": Words("photo", "foto"),
    # how it is known who is on site
    "observed": Words("observed", "observada"),
    "inferred": Words("inferred", "deducida"),
    "assumed": Words("assumed", "supuesta"),
    # directions
    "in": Words("in", "entra"),
    "out": Words("out", "sale"),
}

VERIFY_MODES: dict[str, Words] = {
    "0": Words("any", "cualquiera"),
    "1": Words("fingerprint", "huella"),
    "2": Words("person id", "número de persona"),
    "3": Words("password", "contraseña"),
    "4": Words("card", "tarjeta"),
    "5": Words("fingerprint or password", "huella o contraseña"),
    "6": Words("card or fingerprint", "tarjeta o huella"),
    "7": Words("card or password", "tarjeta o contraseña"),
    "8": Words("id and fingerprint", "número y huella"),
    "9": Words("fingerprint and password", "huella y contraseña"),
    "10": Words("card and fingerprint", "tarjeta y huella"),
    "11": Words("card and password", "tarjeta y contraseña"),
    "12": Words("card, fingerprint, password", "tarjeta, huella y contraseña"),
    "13": Words("id, fingerprint, password", "número, huella y contraseña"),
    "14": Words("id and fingerprint, or card", "número y huella, o tarjeta"),
    "15": Words("face", "rostro"),
    "200": Words("-", "-"),
    # Of the row of switches only this one was seen on a captured device.
    "0000000000000010": Words("face", "rostro"),
}
"""How somebody was verified; both the old numbers and the row of switches."""
