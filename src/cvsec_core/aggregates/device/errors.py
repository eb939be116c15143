"""Why a device is not asked, and what a command about one may not be."""

from attrs import define, frozen

from cvsec_core.errors import CommandError, Reason, Words


@frozen
class DeviceOffline(Reason):
    """An offline device cannot be told anything that must happen now."""

    device: str

    code = "device-offline"
    says = Words("Device {device} is offline.", "El dispositivo {device} está sin conexión.")
    advises = Words(
        "Check its power and network, or open the door on the spot.",
        "Compruebe su alimentación y su red, o abra la puerta in situ.",
    )


@frozen
class CapabilityMissing(Reason):
    """A device is asked only for what it can do."""

    device: str
    capability: str

    code = "capability-missing"
    says = Words(
        "Device {device} cannot do this: {capability}.",
        "El dispositivo {device} no puede hacer esto: {capability}.",
    )
    advises = Words("Use a command that the device has.", "Use una orden que el dispositivo tenga.")


@define
class DeviceUnknownError(CommandError):
    """No such device is registered."""

    device: str

    code = "device-unknown"
    says = Words("No device {device} is registered.", "El dispositivo {device} no está registrado.")
    advises = Words(
        "Register it with `devices register`, or see `devices list`.",
        "Regístrelo con `devices register` o vea `devices list`.",
    )


@define
class DeviceRegisteredError(CommandError):
    """A serial number is registered once."""

    device: str

    code = "device-registered"
    says = Words(
        "Device {device} is registered already, with other particulars.",
        "El dispositivo {device} ya está registrado con otros datos.",
    )
    advises = Words("Move it to change its area.", "Muévalo para cambiar su área.")


@define
class DeviceRetiredError(CommandError):
    """A retired device takes part in nothing."""

    device: str

    code = "device-retired"
    says = Words("Device {device} has been retired.", "El dispositivo {device} se ha dado de baja.")
    advises = Words(
        "Register its successor under its own serial number.",
        "Registre el sustituto con su propio número de serie.",
    )
