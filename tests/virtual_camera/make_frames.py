"""Writes what the virtual camera shows, over and over: `python make_frames.py FOLDER`."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import cv2

from edge.cameras.demo import DemoCamera

# libcamera does not pace this camera, which runs at about 500 frames a second: at this rate of
# the film the face moves about as fast as a real one.
camera = DemoCamera(width=640, height=480, fps=300)
forth = [frame.image for frame in itertools.islice(camera, 30)]
for index, image in enumerate(forth + forth[::-1]):  # and back: no jump when it starts again
    cv2.imwrite(str(Path(sys.argv[1]) / f"{index}.jpg"), image)
