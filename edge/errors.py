"""Every error the mirror raises on purpose.

    MirrorError
    |-- ConfigError      (ValueError)    a flag or a key in the config file is wrong
    |-- CameraError      (OSError)       a camera cannot be opened, or stopped
    |-- PictureError     (ValueError)    a file is not a readable picture
    |-- ModelError       (OSError)       a model file is missing, corrupt or not as its card says
    |-- ArtworkError     (OSError)       a drawing of the artwork is missing or broken
    |-- DisplayError     (OSError)       nothing to show on, or a file that cannot be written
    `-- DependencyError  (ImportError)   an optional package is not installed

Each message is one line that says what was expected, what was found, and the remedy.
"""


class MirrorError(Exception):
    """The base of them all: the command line prints it as one line and exits with 1."""


class ConfigError(MirrorError, ValueError):
    """A flag or a key in the config file is wrong."""


class CameraError(MirrorError, OSError):
    """A camera cannot be opened, or stopped delivering."""


class PictureError(MirrorError, ValueError):
    """A file is not a readable picture."""


class ModelError(MirrorError, OSError):
    """A model file is missing, corrupt, or not what its card says."""


class ArtworkError(MirrorError, OSError):
    """A drawing of the artwork is missing or broken."""


class DisplayError(MirrorError, OSError):
    """Nothing to show on, or an output file that cannot be written."""


class DependencyError(MirrorError, ImportError):
    """An optional package is not installed."""


def told(error: KeyError | TypeError | ValueError) -> str:
    """What is wrong with a file of the program's own that is TOML, but not as it should be."""
    return f"no key {error}" if isinstance(error, KeyError) else str(error)
