"""A push button and its lamp on the Raspberry Pi's pins, through gpiozero."""

from __future__ import annotations

import logging
import os
from typing import Any, Protocol

from edge.errors import DependencyError

BOUNCE_S = 0.05
"""A contact's chatter: changes so soon after another do not count."""

_FACTORY = "GPIOZERO_PIN_FACTORY"

log = logging.getLogger(__name__)


class Panel(Protocol):
    """What is wired to the booth."""

    def pressed(self) -> bool:
        """Whether the button was pressed since the last call."""

    def light(self, on: bool) -> None:
        """Light the lamp: a press would take a picture now."""

    def close(self) -> None:
        """Release the pins; may be called twice."""


class NoPanel:
    """Nothing is wired."""

    def pressed(self) -> bool:
        """Never."""
        return False

    def light(self, on: bool) -> None:
        """See `Panel`."""

    def close(self) -> None:
        """See `Panel`."""


class GpioPanel:
    """A button from `button` to ground, a lamp at `led`; pins by their BCM number."""

    def __init__(self, *, button: int | None, led: int | None) -> None:
        """Claim the pins. Raises DependencyError when they cannot be had, with the remedy.

        Only lgpio is used, which works on every Raspberry Pi up to the 5, unless the environment
        names another pin factory: gpiozero by itself tries one after the other, and a button on
        pins that are not there looks like one that nobody presses.
        """
        named = os.environ.setdefault(_FACTORY, "lgpio")
        if named != "lgpio":
            log.warning("gpio: %s=%s", _FACTORY, named)
        self._pressed = False
        self._button: Any = None
        self._led: Any = None
        try:
            import gpiozero

            if led is not None:
                self._led = gpiozero.LED(led)
            if button is not None:
                self._button = gpiozero.Button(button, pull_up=True, bounce_time=BOUNCE_S)
                self._button.when_pressed = self._press
        except Exception as error:  # gpiozero hands on whatever its pin libraries raise
            self.close()
            raise DependencyError(
                f"gpio: the pins cannot be had ({error}); on a Raspberry Pi: "
                "sudo apt install python3-lgpio && sudo usermod -aG gpio $USER"
            ) from error

    def pressed(self) -> bool:
        """See `Panel`."""
        pressed, self._pressed = self._pressed, False
        return pressed

    def light(self, on: bool) -> None:
        """See `Panel`."""
        if self._led is not None:
            self._led.value = on

    def close(self) -> None:
        """See `Panel`."""
        for device in (self._button, self._led):
            if device is not None:
                device.close()

    def _press(self) -> None:
        self._pressed = True


def open_panel(*, button: int | None, led: int | None) -> Panel:
    """What the config says is wired; raises DependencyError."""
    if button is None and led is None:
        return NoPanel()
    return GpioPanel(button=button, led=led)
