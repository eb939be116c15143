"""What only the command line has to say no to."""

from attrs import define

from cvsec_core.errors import CommandError, Words


@define
class DatabaseMissingError(CommandError):
    """Reading a database does not make one."""

    path: str

    code = "database-missing"
    says = Words("There is no database {path}.", "No existe la base de datos {path}.")
    advises = Words(
        "Name another with --db or CVSEC_DB, or begin one with `cvsec org found` or `cvsec demo`.",
        "Indique otra con --db o CVSEC_DB, o cree una con `cvsec org found` o `cvsec demo`.",
    )


@define
class RecordUnknownError(CommandError):
    """No access record stands at this position of the log."""

    id: int

    code = "record-unknown"
    says = Words("There is no access record {id}.", "No existe el registro de acceso {id}.")
    advises = Words("See the records with `records list`.", "Vea los registros con `records list`.")


@define
class StreamUnknownError(CommandError):
    """Nothing was ever recorded in this stream."""

    stream: str

    code = "stream-unknown"
    says = Words("The log has no stream {stream}.", "El registro no tiene el flujo {stream}.")
    advises = Words(
        "Streams are called kind-id, such as door-SERIAL-1; `log tail` shows them.",
        "Los flujos se llaman clase-id, por ejemplo door-SERIAL-1; vea `log tail`.",
    )


@define
class DatabaseExistsError(CommandError):
    """The demonstration is played on a database of its own."""

    path: str

    code = "database-exists"
    says = Words("There is a database {path} already.", "Ya existe la base de datos {path}.")
    advises = Words(
        "Name a new one with --db, or none: then the demo makes one here.",
        "Indique otra con --db, o ninguna: entonces se crea una aquí.",
    )


@define
class CannotListenError(CommandError):
    """Devices cannot dial in at this address and port."""

    host: str
    port: int
    detail: str

    code = "cannot-listen"
    says = Words(
        "Cannot listen at {host}, port {port}: {detail}.",
        "No se puede escuchar en {host}, puerto {port}: {detail}.",
    )
    advises = Words(
        "Stop what uses the port, or name another with --port (0: any that is free).",
        "Detenga lo que usa el puerto, o indique otro con --port (0: uno libre).",
    )
