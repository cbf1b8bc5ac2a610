"""The on-device loop: camera, detector, cascade, compositor, display."""
