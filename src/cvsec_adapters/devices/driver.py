"""What the site asks of whatever carries words between it and a device."""

from datetime import datetime
from typing import Protocol


class DoorDriver(Protocol):
    """One device and the line to it. Whoever dials, the rules are the same.

    - Coming back: the device is reported online, which asks again for the modes that its doors
      are commanded to be in; an unlock that was asked for before never fires.
    - Handing out is recorded first. A momentary command is handed out once and in time, or never;
      a wanted state again until there is a result. Where no result comes, nobody claims one.
    - A record counts once, however often and in whatever order it comes, and the device is told
      that it arrived only after it has been recorded.
    - What lay in the device's memory is history; it changes nothing about now.
    - A device's clock is measured by live state reports only, and set where it is off.
    - Who may pass while the device is alone is a wanted state too: told part by part after whatever
      its doors have to do, again where no outcome came, and from the start when it began anew. What
      is taken from somebody goes before all that is given.
    - What cannot be read is kept as it came. It raises nothing and spoils nothing beside it.
    """

    def exchange(self, now: datetime) -> bool:
        """Report what the device has to tell and let it carry out what it shall do.

        Args:
            now: the time now, UTC.

        Returns:
            Whether the device could be reached and the site took what it told. It is no error
            where not: what was not acknowledged is told again.
        """
        ...
