"""With gpiozero's own mock pins, chosen as an operator would choose them: by the environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gpiozero
import pytest

from edge.booth.gpio import BOUNCE_S, GpioPanel, NoPanel, open_panel
from edge.errors import DependencyError

FACTORY = "GPIOZERO_PIN_FACTORY"


@pytest.fixture(autouse=True)
def _no_factory(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(gpiozero.Device, "pin_factory", None)
    monkeypatch.delenv(FACTORY, raising=False)
    yield
    if gpiozero.Device.pin_factory is not None:
        gpiozero.Device.pin_factory.reset()
    monkeypatch.delenv(FACTORY, raising=False)


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[GpioPanel]:
    monkeypatch.setenv(FACTORY, "mock")
    panel = GpioPanel(button=17, led=27)
    assert "GPIOZERO_PIN_FACTORY=mock" in caplog.text, "it is said aloud"
    yield panel
    panel.close()


def pin(number: int) -> Any:
    return gpiozero.Device.pin_factory.pin(f"GPIO{number}")  # type: ignore[union-attr]


def test_a_press_is_told_once(panel: GpioPanel) -> None:
    assert not panel.pressed()
    pin(17).drive_low()
    assert panel.pressed()
    assert not panel.pressed(), "holding is not pressing again"
    pin(17).drive_high()
    assert not panel.pressed()


def test_the_button_is_pulled_up_and_debounced(panel: GpioPanel) -> None:
    assert pin(17).pull == "up"
    assert pin(17).bounce == BOUNCE_S


def test_the_lamp(panel: GpioPanel) -> None:
    panel.light(True)
    assert pin(27).state
    panel.light(False)
    assert not pin(27).state


def test_pins_are_never_mocked_by_themselves() -> None:
    with pytest.raises(DependencyError, match="apt install python3-lgpio"):
        GpioPanel(button=17, led=None)


def test_a_pin_that_is_taken_is_an_error(panel: GpioPanel) -> None:
    with pytest.raises(DependencyError, match="gpio"):
        GpioPanel(button=17, led=None)


def test_without_pins_there_is_no_panel() -> None:
    panel = open_panel(button=None, led=None)
    assert isinstance(panel, NoPanel)
    assert not panel.pressed()
