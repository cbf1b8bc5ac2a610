"""The photo booth: `python -m edge booth`."""
