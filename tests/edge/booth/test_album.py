from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from edge.booth import keeper as keeper_module
from edge.booth.album import MAX_SHARED, Album
from edge.booth.keeper import Keeper
from edge.booth.layouts import Picture
from edge.errors import DisplayError

DEADLINE_S = 5.0


def picture(data: bytes = b"jpeg") -> Picture:
    return Picture(data, ".jpg", "image/jpeg", (np.zeros((2, 2, 3), np.uint8),))


def wait_for(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE_S
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    keeper = Keeper(tmp_path / "kept", again_s=0.01).start()
    yield keeper
    keeper.close()


def test_a_picture_is_there_until_its_time_is_up() -> None:
    album = Album(share_s=60, keeper=None)
    entry = album.add(picture(), 0.0)
    assert album.find(entry.token, 59.9) is entry.picture
    assert album.find(entry.token, 60.0) is None
    album.expire(60.0)
    assert album.find(entry.token, 0.0) is None, "it is not even in memory"


def test_tokens_are_long_and_each_is_another() -> None:
    album = Album(share_s=60, keeper=None)
    tokens = {album.add(picture(), 0.0).token for _ in range(100)}
    assert len(tokens) == 100
    assert min(map(len, tokens)) >= 22, "128 bits"


def test_memory_is_bounded() -> None:
    album = Album(share_s=60, keeper=None)
    entries = [album.add(picture(), 0.0) for _ in range(MAX_SHARED + 2)]
    there = [album.find(entry.token, 0.0) is not None for entry in entries]
    assert there == [False] * 2 + [True] * MAX_SHARED


def test_what_is_deleted_is_gone_everywhere(tmp_path: Path, keeper: Keeper) -> None:
    album = Album(share_s=60, keeper=keeper)
    kept, deleted = album.add(picture(b"kept"), 0.0), album.add(picture(b"deleted"), 0.0)
    wait_for(lambda: len(files(tmp_path / "kept")) == 2)
    album.delete(deleted)
    wait_for(lambda: keeper.owed == 0)
    assert files(tmp_path / "kept") == [b"kept"]
    assert album.find(deleted.token, 0.0) is None
    assert album.find(kept.token, 0.0) is not None


def test_a_full_disk_is_waited_for(
    tmp_path: Path,
    keeper: Keeper,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(path: Path, data: bytes) -> None:
        raise DisplayError(f"{path}: cannot be written (No space left on device)")

    with monkeypatch.context() as patch:
        patch.setattr(keeper_module, "write_whole", full)
        keeper.keep("a.jpg", b"a")
        keeper.keep("b.jpg", b"b")
        keeper.keep("c.jpg", b"c")
        wait_for(lambda: "No space left" in caplog.text)
        keeper.delete("b.jpg")
        assert keeper.owed == 3
        assert [metric.values for metric in keeper.metrics()] == [{"": 3}]
    wait_for(lambda: keeper.owed == 0)
    assert sorted(files(tmp_path / "kept")) == [b"a", b"c"]


def test_no_more_is_promised_than_can_wait(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    album = Album(share_s=60, keeper=keeper)
    assert not album.full
    monkeypatch.setattr(keeper_module, "MAX_OWED_BYTES", -1)
    assert album.full
    assert not Album(share_s=60, keeper=None).full


def test_the_end_waits_for_what_is_owed(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path).start()
    for number in range(50):
        keeper.keep(f"{number}.jpg", bytes(1000))
    keeper.close()
    assert len(files(tmp_path)) == 50


def test_a_folder_that_cannot_be_written_is_named_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DisplayError, match="file"):
        Keeper(tmp_path / "file" / "kept").start()


@pytest.mark.parametrize("empty", [False, True], ids=["gone", "an empty mount point"])
def test_a_disk_taken_out_is_waited_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    empty: bool,
) -> None:
    stick, taken_out = tmp_path / "stick", tmp_path / "taken out"
    folder = stick / "kept"
    mounts = {Path("/"), stick}
    monkeypatch.setattr(Path, "is_mount", lambda path: path in mounts)
    keeper = Keeper(folder, again_s=0.01).start()
    keeper.keep("a.jpg", b"a")
    keeper.keep("b.jpg", b"b")
    wait_for(lambda: keeper.owed == 0)
    mounts.remove(stick)
    stick.rename(taken_out)
    if empty:
        stick.mkdir()
    keeper.delete("a.jpg")
    keeper.keep("c.jpg", b"c")
    wait_for(lambda: "has gone" in caplog.text)
    assert keeper.owed == 2
    assert not folder.exists()
    if empty:
        stick.rmdir()
    taken_out.rename(stick)
    mounts.add(stick)
    wait_for(lambda: keeper.owed == 0)
    keeper.close()
    assert sorted(files(folder)) == [b"b", b"c"]
    gone, back = (record.getMessage() for record in caplog.records)  # once, not at every attempt
    assert "has gone" in gone
    assert "can be written again" in back


def test_a_folder_that_somebody_removes_is_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    keeper = Keeper(folder).start()
    folder.rmdir()
    keeper.delete("a.jpg")
    keeper.keep("b.jpg", b"b")
    keeper.close()
    assert files(folder) == [b"b"]


def test_what_is_owed_at_the_end_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Keeper(tmp_path, again_s=0.01).start()
    monkeypatch.setattr(Path, "is_mount", lambda path: False)
    keeper.delete("a.jpg")
    keeper.keep("b.jpg", b"b")
    keeper.close()
    assert f"1 pictures could not be kept in {tmp_path}" in caplog.text
    assert f"delete by hand, in {tmp_path}: a.jpg" in caplog.text
