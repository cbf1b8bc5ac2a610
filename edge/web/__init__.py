"""The mirror in a browser: a page for photographs, a live page, an API; needs the extra `web`."""
