import os

import cv2
import numpy as np
import pytest

from edge.errors import DisplayError
from edge.files import write_picture, write_whole


def test_a_picture_is_written_and_nothing_else(tmp_path):
    image = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    write_picture(tmp_path / "new folder" / "a.png", image)
    assert os.listdir(tmp_path / "new folder") == ["a.png"]
    np.testing.assert_array_equal(cv2.imread(str(tmp_path / "new folder" / "a.png")), image)


def test_a_file_where_a_folder_should_be_is_named(tmp_path):
    (tmp_path / "taken").touch()
    with pytest.raises(DisplayError, match=r"a\.json: cannot be written \(.*taken is no folder\)"):
        write_whole(tmp_path / "taken" / "a.json", b"{}")
    with pytest.raises(DisplayError, match=r"a\.json: cannot be written \(.*taken is no folder\)"):
        write_whole(tmp_path / "taken" / "below" / "a.json", b"{}")


def test_a_failed_write_leaves_the_old_file_alone(tmp_path):
    target = tmp_path / "a.json"
    target.write_bytes(b"old")
    (tmp_path / f".a.json.{os.getpid()}.part").mkdir()
    with pytest.raises(DisplayError):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"


def test_a_pipe_or_device_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DisplayError, match="no regular file"):
        write_whole(tmp_path / "pipe", b"{}")
    assert (tmp_path / "pipe").is_fifo()
    assert len(os.listdir(tmp_path)) == 1


def test_what_a_link_leads_to_is_written(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.json").symlink_to("folder/a.json")
    write_whole(tmp_path / "link.json", b"{}")
    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "folder" / "a.json").read_bytes() == b"{}"
