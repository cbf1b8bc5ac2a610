"""The pages in a real browser; see scripts/check_web.

With WEB_SCREENSHOTS=FOLDER in the environment what is seen is kept there, to be looked at.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from edge.config import MirrorConfig
from edge.web.options import ServeConfig
from edge.web.studio import PLACES
from tests.edge.web.chromium import chromium, write_webcam
from tests.edge.web.tools import connect, serving

pytestmark = pytest.mark.browser

SCREENS = {
    "phone": {"viewport": {"width": 320, "height": 640}, "locale": "en-US"},
    "phone-ko-dark": {
        "viewport": {"width": 390, "height": 844},
        "locale": "ko-KR",
        "color_scheme": "dark",
        "has_touch": True,
    },
    "desktop": {"viewport": {"width": 1280, "height": 800}, "locale": "en-US"},
    "desktop-ko-dark": {
        "viewport": {"width": 1280, "height": 800},
        "locale": "ko-KR",
        "color_scheme": "dark",
    },
}
ENGLISH = SCREENS["desktop"]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A server with a live mirror of the demo camera."""
    config = MirrorConfig(camera="demo", width=320, height=240, fps=10)
    with serving(ServeConfig(port=0, mirror=config, live=True)) as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    webcam = tmp_path_factory.mktemp("webcam") / "webcam.y4m"
    write_webcam(webcam)
    with chromium(webcam) as browser:
        yield browser


@pytest.fixture
def open_page(browser, site):
    """Opens a page; at the end nothing may have gone wrong in it, nor left this server."""
    problems: list[str] = []
    with ExitStack() as stack:

        def open_page(path="/", script=None, **screen):
            context = browser.new_context(**(screen or ENGLISH))
            stack.callback(context.close)
            context.set_default_timeout(30_000)
            page = context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("console", lambda line: problems.extend(_complaint(line.text)))
            page.on("request", lambda request: problems.extend(_foreign(request.url, site)))
            if script is not None:
                page.add_init_script(script)
            page.goto(site + path)
            return page

        yield open_page
        for context in browser.contexts:
            assert context.cookies() == []
    assert not problems


def _complaint(line: str) -> list[str]:
    # Chromium says so of every refusal, which the page itself tells in words.
    return [] if line.startswith("Failed to load resource: the server responded") else [line]


def _foreign(url: str, site: str) -> list[str]:
    own = (site, site.replace("http", "ws"), "blob:", "data:")
    return [] if url.startswith(own) else [f"request to {url}"]


@pytest.fixture
def files(tmp_path, portrait, two_faces, nobody):
    """Pictures by name."""
    contents = {
        "one.png": portrait,
        "two.jpg": two_faces,
        "nobody.png": nobody,
        "text.png": b"not a picture",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def look(page, name: str) -> None:
    """Nothing may be wider than the screen; a picture of it, if one is wanted."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    folder = os.environ.get("WEB_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def choose(page, file: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.click("#choose")
    chooser.value.set_files(file)


@pytest.mark.parametrize("name", SCREENS)
def test_selfie(open_page, name):
    page = open_page(**SCREENS[name])
    assert page.get_attribute("html", "lang") == ("ko" if "-ko" in name else "en")
    look(page, f"start-{name}")
    page.click("#selfie")
    expect(page.locator("#capture")).to_be_focused()
    look(page, f"camera-{name}")
    page.click("#capture")
    assert page.evaluate("document.getElementById('video').srcObject") is None
    expect(page.locator("#submit")).to_be_focused()
    page.click("#retake")
    page.click("#capture")
    page.click("#submit")
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#message")).to_be_focused()
    assert page.locator("#labels dt").count() >= 5
    words = page.locator("#labels").inner_text()
    assert bool(re.search("[가-힣]", words)) == ("-ko" in name)
    assert not re.search(r"undefined|[a-z]_[a-z]|\{", page.locator("main").inner_text())
    look(page, f"result-{name}")


@pytest.mark.parametrize("name", SCREENS)
def test_several_faces_can_be_picked(open_page, files, name):
    page = open_page(**SCREENS[name])
    choose(page, files / "two.jpg")
    expect(page.locator("#faces button")).to_have_count(2)
    look(page, f"several-{name}")
    first = page.get_attribute("#download", "href")
    page.locator("#faces button").nth(1).click()
    expect(page.locator("#faces button").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#faces button").nth(0)).to_have_attribute("aria-pressed", "false")
    assert page.locator("#picture .face.picked").count() == 1
    page.locator("#picture .face").nth(0).click(force=True)
    assert page.get_attribute("#download", "href") == first


def test_nobody(open_page, files):
    page = open_page()
    choose(page, files / "nobody.png")
    expect(page.locator("#message")).to_contain_text("No face was found. Come closer")
    look(page, "nobody")
    page.click("#again")
    expect(page.locator("#selfie")).to_be_focused()


def test_no_picture(open_page, files):
    page = open_page()
    choose(page, files / "text.png")
    expect(page.locator("#message")).to_have_text("This is not a JPEG, PNG, WebP or GIF picture.")


DROP = """
    (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "dropped.png", { type: "image/png" }));
        document.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true }));
    }
"""


def test_a_picture_may_be_dropped_after_another(open_page, files):
    page = open_page()
    page.evaluate(DROP, list((files / "one.png").read_bytes()))
    expect(page.locator("#result")).to_be_visible()
    page.evaluate(DROP, list((files / "nobody.png").read_bytes()))
    expect(page.locator("#message")).to_contain_text("No face was found")
    page.evaluate(DROP, list((files / "one.png").read_bytes()))
    expect(page.locator("#result")).to_be_visible()


def test_saves_png(open_page, files):
    page = open_page()
    choose(page, files / "one.png")
    for button, shape in (("#download", (512, 512, 4)), ("#download-both", (512, 1024, 4))):
        with page.expect_download() as download:
            page.click(button)
        saved = cv2.imread(str(download.value.path()), cv2.IMREAD_UNCHANGED)
        assert saved.shape == shape


SHARE = """
    navigator.canShare = (data) => data.files[0].type === "image/png";
    navigator.share = async (data) => { document.title = data.files[0].name; };
"""


def test_shares_where_the_browser_can(open_page, files):
    """Chromium has no such dialogue on Linux: what it would be given."""
    page = open_page(script=SHARE)
    choose(page, files / "one.png")
    page.click("#share")
    expect(page).to_have_title("emoticon.png")


def test_large_photographs_are_made_smaller_first(open_page, tmp_path, astronaut):
    large = cv2.resize(astronaut, (7000, 7000), interpolation=cv2.INTER_NEAREST)
    cv2.imwrite(str(tmp_path / "large.jpg"), large)  # 49 megapixels: more than the server takes
    page = open_page()
    choose(page, tmp_path / "large.jpg")
    expect(page.locator("#result")).to_be_visible(timeout=60_000)


FEW_BYTES = [cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, 0]


def test_few_bytes_may_be_a_large_picture(open_page, tmp_path, astronaut):
    large = np.full((7000, 7000, 3), 255, np.uint8)  # more than the server takes
    large[:4200, :4200] = cv2.resize(astronaut, (300, 300)).repeat(14, axis=0).repeat(14, axis=1)
    cv2.imwrite(str(tmp_path / "large.png"), large, FEW_BYTES)
    assert (tmp_path / "large.png").stat().st_size < 2e6
    page = open_page()
    choose(page, tmp_path / "large.png")
    expect(page.locator("#result")).to_be_visible(timeout=60_000)


NO_SCRIPT = {**ENGLISH, "java_script_enabled": False}


def test_without_scripts_only_that_is_said(browser, site):
    context = browser.new_context(**NO_SCRIPT)
    page = context.new_page()
    page.goto(site)
    expect(page.locator("noscript")).to_be_visible()
    expect(page.locator("#selfie")).to_be_hidden()
    context.close()


def test_keyboard_alone(open_page):
    page = open_page()
    for _ in range(2):  # past the link to the live page
        page.keyboard.press("Tab")
    expect(page.locator("#selfie")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#capture")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#submit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#download")).to_be_focused()


def test_everything_has_a_name_for_screen_readers(open_page, files):
    page = open_page()
    choose(page, files / "two.jpg")
    expect(page.locator("#result")).to_be_visible()
    expect(page.locator("#emoticon")).to_have_attribute("alt", re.compile("^Emoticon: .*Mask"))
    for role in ("button", "link", "img", "progressbar"):
        for element in page.get_by_role(role, include_hidden=False).all():
            expect(element).to_have_accessible_name(re.compile(r"\S"))


NO_CAMERA = "Object.defineProperty(navigator, 'mediaDevices', {value: undefined})"


def test_without_https_the_phone_opens_its_own_camera(open_page, files):
    page = open_page(script=NO_CAMERA)
    with page.expect_file_chooser() as chooser:
        page.click("#selfie")
    assert chooser.value.element.get_attribute("capture") == "user"
    chooser.value.set_files(files / "one.png")
    expect(page.locator("#result")).to_be_visible()


@pytest.mark.parametrize(
    ("error", "words"),
    [("NotAllowedError", "may not be used"), ("NotFoundError", "No camera was found")],
)
def test_a_camera_that_cannot_be_had(open_page, error, words):
    script = (
        "navigator.mediaDevices.getUserMedia = "
        f"async () => {{ throw new DOMException('', '{error}') }}"
    )
    page = open_page(script=script)
    page.click("#selfie")
    expect(page.locator("#message")).to_contain_text(words)
    expect(page.locator("#choose")).to_be_visible()


WATCHED = """
    window.tracks = [];
    window.permission = Promise.resolve();
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        await window.permission;
        window.tracks.push(...stream.getTracks());
        return stream;
    };
"""
RUNNING = "window.tracks.filter((track) => track.readyState === 'live').length"


def test_a_camera_asked_for_twice_is_opened_once(open_page):
    page = open_page(script=WATCHED)
    page.dblclick("#selfie")
    expect(page.locator("#capture")).to_be_focused()
    page.wait_for_function("window.tracks.length === 2")
    assert page.evaluate(RUNNING) == 1
    page.click("#capture")
    assert page.evaluate(RUNNING) == 0


def test_a_camera_that_is_allowed_too_late_is_closed_again(open_page, files):
    page = open_page(script=WATCHED)
    page.evaluate("window.permission = new Promise((allow) => { window.allow = allow; }); 0")
    page.click("#selfie")
    choose(page, files / "one.png")
    expect(page.locator("#result")).to_be_visible()
    page.evaluate("window.allow()")
    page.wait_for_function("window.tracks.length === 1")
    page.wait_for_timeout(100)
    assert page.evaluate(RUNNING) == 0
    expect(page.locator("#result")).to_be_visible()


def test_waits_for_its_turn(browser, site, files):
    head = (
        "POST /api/emoticon HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: image/png\r\nContent-Length: 9\r\n\r\n"
    )
    context = browser.new_context(**ENGLISH)
    page = context.new_page()
    page.goto(site)
    with ExitStack() as stack:
        for _ in range(PLACES):
            stack.enter_context(connect(site)).sendall(head.encode())
        time.sleep(0.5)
        choose(page, files / "one.png")
        expect(page.locator("#stage")).to_have_text("Others are before you; trying again …")
    expect(page.locator("#result")).to_be_visible()
    context.close()


@pytest.mark.parametrize("name", SCREENS)
def test_live(open_page, name):
    page = open_page("/live", **SCREENS[name])
    grab = "document.getElementById('mirror').toDataURL()"
    first = page.evaluate(grab)
    for _ in range(100):
        if (now := page.evaluate(grab)) != first:
            break
        page.wait_for_timeout(50)
    assert now != first
    assert page.evaluate("document.getElementById('mirror').width") == 320
    look(page, f"live-{name}")


def test_live_comes_back(open_page):
    """The page is hidden and shown again, as on a phone."""
    page = open_page("/live")
    hide = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true}); " + (
        "document.dispatchEvent(new Event('visibilitychange'))"
    )
    page.wait_for_timeout(500)
    page.evaluate(hide % "true")
    page.wait_for_timeout(500)
    grab = "document.getElementById('mirror').toDataURL()"
    still = page.evaluate(grab)
    page.wait_for_timeout(500)
    assert page.evaluate(grab) == still
    page.evaluate(hide % "false")
    page.wait_for_timeout(3000)
    assert page.evaluate(grab) != still


def test_live_without_a_mirror(browser, address):
    context = browser.new_context(**ENGLISH)
    page = context.new_page()
    page.goto(f"{address}/live")
    expect(page.locator("#message")).to_contain_text("serve --camera auto")
    expect(page.locator("#fullscreen")).to_be_hidden()
    context.close()
