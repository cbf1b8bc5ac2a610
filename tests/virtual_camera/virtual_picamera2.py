"""The real Picamera2, fitted to libcamera's virtual camera; import this before it is used."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

# Picamera2 imports the Pi's display library, which Debian does not have, for its names of
# pixel formats; nothing is previewed here. (The PyPI package `kms` is something else.)
pykms = ModuleType("pykms")
pykms.PixelFormat = type("PixelFormat", (), {"__getattr__": lambda self, name: name})()  # type: ignore[attr-defined]
sys.modules["pykms"] = pykms

import libcamera  # noqa: E402
import picamera2  # noqa: E402
from picamera2.allocators import LibcameraAllocator  # noqa: E402


class VirtualPicamera2(picamera2.Picamera2):
    """Three differences: libcamera allocates (NV12's two planes), there is no raw stream, and
    what the virtual camera says of its orientation is not believed: it takes any and turns nothing.
    """

    def __init__(self, camera_num: int = 0) -> None:
        allocator = LibcameraAllocator(None)
        super().__init__(camera_num, allocator=allocator)
        allocator.camera = self.camera

    def _get_raw_modes(self) -> list[dict[str, Any]]:
        config = self.camera.generate_configuration([libcamera.StreamRole.Viewfinder])
        formats = config.at(0).formats
        return [
            {"format": str(name), "size": (size.width, size.height)}
            for name in formats.pixel_formats
            for size in formats.sizes(name)
        ]

    def _update_camera_config(self, camera_config: dict[str, Any], libcamera_config: Any) -> None:
        super()._update_camera_config(camera_config, libcamera_config)
        camera_config["transform"] = libcamera.Transform()


picamera2.Picamera2 = VirtualPicamera2
