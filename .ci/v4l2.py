"""What must hold on a real V4L2 device; run by .ci/v4l2 inside its machine."""

from __future__ import annotations

import time
from pathlib import Path

from edge.cameras import create_camera
from edge.capture import Capture
from edge.doctor import diagnose
from edge.errors import CameraError

DRIVER = Path("/sys/bus/platform/drivers/vivid")
NAME = "vivid.0"


def say(text: str) -> None:
    """One line for the log."""
    print(f"v4l2: {text}", flush=True)


def take(capture: Capture, seconds: float) -> int:
    """Take frames for so long; how many."""
    end = time.monotonic() + seconds
    taken = 0
    while time.monotonic() < end:
        taken += capture.newest(0.1) is not None
    return taken


for source in ("auto", "0", "/dev/video0"):
    camera = create_camera(source, width=640, height=480, fps=30)
    frame = next(iter(camera))
    say(f"{source}: {frame.image.shape}, contrast {frame.image.std():.0f}")
    assert camera.live
    assert camera.fps is None
    assert frame.image.shape == (480, 640, 3)
    assert frame.image.std() > 20
    camera.close()

try:
    create_camera("1")  # vivid's output, not a camera
    raise AssertionError("opened what is no camera")
except CameraError as error:
    say(str(error))

working = [check.name for check in diagnose() if check.name.startswith("camera") and check.ok]
say(f"doctor: {working}")
assert working == ["camera /dev/video0"]

camera = create_camera("0", width=640, height=480, fps=30)
with Capture(camera, reopen=lambda: create_camera("0", width=640, height=480, fps=30)) as capture:
    taken = take(capture, 2.0)
    say(f"{taken} frames in 2 s")
    assert taken > 30

    time.sleep(1.5)  # a consumer that sleeps gets the newest frame, not the driver's oldest
    frame = capture.newest()
    assert frame is not None
    taken += 1
    age_s = time.monotonic() - frame.time_s
    say(f"after a pause the frame is {age_s * 1000:.0f} ms old")
    assert age_s < 0.15

    (DRIVER / "unbind").write_text(NAME)
    start = time.monotonic()
    while capture.fault is None:
        taken += take(capture, 0.1)
        assert time.monotonic() - start < 4.0, "nobody noticed that the camera is gone"
    say(f"unplugged: {capture.fault}")

    (DRIVER / "bind").write_text(NAME)
    start = time.monotonic()
    while capture.fault is not None:
        taken += take(capture, 0.1)
        assert time.monotonic() - start < 10.0, "the camera did not come back"
    taken += take(capture, 1.0)
    say(f"replugged: frames again after {time.monotonic() - start - 1:.1f} s")
say(f"taken {taken} + dropped {capture.dropped} = captured {capture.captured}")
assert taken + capture.dropped == capture.captured
say("all ok")
