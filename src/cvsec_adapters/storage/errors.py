"""What storage tells people when it cannot do what it was asked: what is wrong, and what to do."""

from typing import Literal, NamedTuple

from attrs import define

from cvsec_core.errors import CommandError, Locale, Words


class Trouble(NamedTuple):
    """What ails a storage file, and what somebody can do about it."""

    says: Words
    advises: Words


Kind = Literal[
    "busy",
    "damaged",
    "encrypted",
    "full",
    "is-folder",
    "no-folder",
    "not-database",
    "not-ours",
    "plain",
    "read-only",
    "unreadable",
    "wrong-key",
]

TROUBLES: dict[Kind, Trouble] = {
    "busy": Trouble(
        Words(
            "another program has held it locked for too long",
            "otro programa lo tiene bloqueado demasiado tiempo",
        ),
        Words(
            "Stop the other program, or wait for it, and try again.",
            "Detenga el otro programa, o espere, e inténtelo de nuevo.",
        ),
    ),
    "damaged": Trouble(
        Words("the file is damaged", "el archivo está dañado"),
        Words("Restore it from a backup.", "Restáurelo de una copia de seguridad."),
    ),
    "encrypted": Trouble(
        Words("the file is encrypted", "el archivo está cifrado"),
        Words("Open it with CVSEC_AT_REST=on.", "Ábralo con CVSEC_AT_REST=on."),
    ),
    "full": Trouble(
        Words("the disk is full", "el disco está lleno"),
        Words("Free some space and try again.", "Libere espacio e inténtelo de nuevo."),
    ),
    "is-folder": Trouble(
        Words("it is a folder, not a file", "es una carpeta, no un archivo"),
        Words("Name a file inside the folder.", "Indique un archivo dentro de la carpeta."),
    ),
    "no-folder": Trouble(
        Words("its folder does not exist", "su carpeta no existe"),
        Words("Create the folder, or name another.", "Cree la carpeta, o indique otra."),
    ),
    "not-database": Trouble(
        Words("the file is not a database", "el archivo no es una base de datos"),
        Words("Name another file.", "Indique otro archivo."),
    ),
    "not-ours": Trouble(
        Words("it is the database of another program", "es la base de datos de otro programa"),
        Words("Name another file.", "Indique otro archivo."),
    ),
    "plain": Trouble(
        Words("the file is not encrypted", "el archivo no está cifrado"),
        Words("Open it with CVSEC_AT_REST=off.", "Ábralo con CVSEC_AT_REST=off."),
    ),
    "read-only": Trouble(
        Words("it cannot be written", "no se puede escribir"),
        Words(
            "Give this account the right to write to the file and its folder.",
            "Conceda a esta cuenta permiso de escritura en el archivo y su carpeta.",
        ),
    ),
    "unreadable": Trouble(
        Words("it cannot be opened or read", "no se puede abrir ni leer"),
        Words(
            "Check the path, the disk and the rights of this account.",
            "Revise la ruta, el disco y los permisos de esta cuenta.",
        ),
    ),
    "wrong-key": Trouble(
        Words("the key is not the one of this file", "la clave no es la de este archivo"),
        Words(
            "Give the key that the site was made with, in CVSEC_KEY or the key file.",
            "Indique la clave con que se creó el sitio, en CVSEC_KEY o el archivo de clave.",
        ),
    ),
}


@define
class StorageUnavailableError(CommandError):
    """A storage file cannot be used; nothing was stored."""

    path: str
    kind: Kind

    code = "storage-unavailable"
    says = Words("{path}: {trouble}.", "{path}: {trouble}.")
    advises = Words("", "")  # one a kind of trouble, see `next_step`

    def message(self, locale: Locale = "en") -> str:
        """Which file, and what ails it."""
        trouble = TROUBLES[self.kind].says.filled(locale, {})
        return self.says.filled(locale, {"path": self.path, "trouble": trouble})

    def next_step(self, locale: Locale = "en") -> str:
        """What to do about this trouble."""
        return TROUBLES[self.kind].advises.filled(locale, {})


@define
class LogUnavailableError(StorageUnavailableError):
    """The event log cannot be used; nothing was stored."""

    code = "log-unavailable"


@define
class ViewsUnavailableError(StorageUnavailableError):
    """A view file cannot be used. Nothing is lost: rows are made from the log."""

    code = "views-unavailable"


@define
class VaultUnavailableError(StorageUnavailableError):
    """The vault cannot be used; nothing was stored."""

    code = "vault-unavailable"


@define
class PicturesUnavailableError(StorageUnavailableError):
    """The file of the pictures cannot be used; nothing was stored."""

    code = "pictures-unavailable"


@define
class KeyDestroyedError(CommandError):
    """Who is forgotten gets no new key: nothing personal is kept of them any more."""

    subject: str

    code = "key-destroyed"
    says = Words(
        "{subject} has been forgotten; nothing personal can be kept.",
        "{subject} ha sido olvidado; no se puede guardar nada personal.",
    )
    advises = Words("Enroll the person anew.", "Registre a la persona de nuevo.")


@define
class ExtraMissingError(CommandError):
    """What encrypts is not installed."""

    package: str

    code = "extra-missing"
    says = Words(
        "Personal data cannot be encrypted: {package} is not installed.",
        "No se pueden cifrar los datos personales: falta {package}.",
    )
    advises = Words(
        "Install it: pip install 'cvsec[privacy]'.", "Instálelo: pip install 'cvsec[privacy]'."
    )


@define
class KeyFormatError(CommandError):
    """A setting of the encryption does not have the form it needs."""

    source: str

    code = "key-format"
    says = Words(
        "{source}: expected a key of 32 bytes in hex or base64, or on or off for CVSEC_AT_REST.",
        "{source}: se esperaba una clave de 32 bytes en hex o base64, u on u off en CVSEC_AT_REST.",
    )
    advises = Words("Correct it and try again.", "Corríjalo e inténtelo de nuevo.")


@define
class KeyFileError(CommandError):
    """The key file cannot be used, or somebody else could."""

    path: str
    detail: str | Words

    code = "key-file"
    says = Words(
        "The key file {path} cannot be used: {detail}.",
        "No se puede usar el archivo de clave {path}: {detail}.",
    )
    advises = Words(
        "Let this account alone read it (mode 600), or name another in CVSEC_KEY_FILE.",
        "Deje que solo lo lea esta cuenta (modo 600), o indique otro en CVSEC_KEY_FILE.",
    )


@define
class KeyBesideDataError(CommandError):
    """A key that lies beside what it locks locks nothing."""

    path: str

    code = "key-beside-data"
    says = Words(
        "The key file {path} lies in the folder of the database.",
        "El archivo de clave {path} está en la carpeta de la base de datos.",
    )
    advises = Words(
        "Move it elsewhere and name it in CVSEC_KEY_FILE.",
        "Muévalo a otra carpeta e indíquelo en CVSEC_KEY_FILE.",
    )


@define
class KeyMissingError(CommandError):
    """There is a site, but no key to it."""

    path: str
    database: str

    code = "key-missing"
    says = Words(
        "There is no key for {database}: {path} is missing.",
        "No hay clave para {database}: falta {path}.",
    )
    advises = Words(
        "Restore the key file, or give the key in CVSEC_KEY.",
        "Restaure el archivo de clave, o indique la clave en CVSEC_KEY.",
    )


@define
class VaultMissingError(CommandError):
    """There is a log, but no vault to it: whoever is in it would not be known any more."""

    path: str

    code = "vault-missing"
    says = Words(
        "{path} is missing, with the keys of everybody whom the log knows.",
        "Falta {path}, con las claves de todos los que el registro conoce.",
    )
    advises = Words(
        "Put it back from a backup. If it is lost for good, `keys new-vault` goes on without it.",
        "Recupérelo de una copia. Si se perdió del todo, `keys new-vault` permite seguir sin él.",
    )


@define
class VaultPresentError(CommandError):
    """A vault is never written over."""

    path: str

    code = "vault-present"
    says = Words("There is a vault: {path}.", "Ya hay una bóveda: {path}.")
    advises = Words("Move it away first.", "Muévala antes a otro lugar.")


@define
class VaultForeignError(CommandError):
    """A vault is one site's."""

    path: str

    code = "vault-foreign"
    says = Words("{path} is the vault of another site.", "{path} es la bóveda de otro sitio.")
    advises = Words(
        "Put this site's own vault in its place.", "Ponga en su lugar la bóveda de este sitio."
    )


@define
class NewerSchemaError(CommandError):
    """The database was made by a version of cvsec that is newer than this one."""

    path: str
    found: int
    known: int

    code = "newer-schema"
    says = Words(
        "{path} was written by a newer version of cvsec (schema {found}; this one knows {known}).",
        "{path} es de una versión más nueva de cvsec (esquema {found}; esta conoce {known}).",
    )
    advises = Words("Update cvsec on this machine.", "Actualice cvsec en este equipo.")


@define
class UnknownEventError(CommandError):
    """An event that this version does not know stands in the log."""

    name: str

    code = "unknown-event"
    says = Words(
        "The log holds {name}, which only a newer version of cvsec knows.",
        "El registro contiene {name}, que solo conoce una versión más nueva de cvsec.",
    )
    advises = Words("Update cvsec on this machine.", "Actualice cvsec en este equipo.")


@define
class DamagedEventError(CommandError):
    """What stands in the log under a known name does not have the form of that event."""

    name: str
    detail: str

    code = "damaged-event"
    says = Words(
        "An event {name} in the log cannot be read: {detail}.",
        "No se puede leer un evento {name} del registro: {detail}.",
    )
    advises = Words(
        "Restore the log from a backup.", "Restaure el registro de una copia de seguridad."
    )


@define
class RebuildRunningError(CommandError):
    """The views of a group are being rebuilt already."""

    group: str

    code = "rebuild-running"
    says = Words(
        "The {group} views are being rebuilt already.",
        "Las vistas {group} ya se están reconstruyendo.",
    )
    advises = Words("Wait until it has ended.", "Espere a que termine.")


class UpcastError(ValueError):
    """The upcasts do not fit together; a mistake in the program, found when it starts."""
