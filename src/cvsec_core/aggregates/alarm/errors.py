"""Why a request about an alarm is refused, and what a command about one may not be."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class AlreadyAcknowledged(Reason):
    """An alarm is acknowledged once."""

    by: str

    code = "already-acknowledged"
    says = Words("{by} has acknowledged this alarm already.", "{by} ya ha reconocido esta alarma.")
    advises = Words(
        "Add a remark if there is more to say.", "Añada una observación si hay algo más que decir."
    )


@define
class AlarmUnknownError(CommandError):
    """Nobody raised this alarm."""

    alarm: str

    code = "alarm-unknown"
    says = Words("There is no alarm {alarm}.", "No existe la alarma {alarm}.")
    advises = Words("List the alarms with `alarms list`.", "Vea las alarmas con `alarms list`.")
