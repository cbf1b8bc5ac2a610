"""Where the program's data lies: beside the packages in a checkout, inside when installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _data(name: str) -> Path:
    installed = _PACKAGE / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


MODELS = _data("models_tflite")
PARTS = _data("parts")
