import json
import os
import struct
import subprocess
import sys

import cv2
import numpy as np
import pytest

from edge.cli import main


@pytest.fixture
def photo(tmp_path, capsys):
    """Run `photo --json`; (exit code, one parsed line a picture, stderr, folder of results)."""

    def photo(*pictures):
        out = tmp_path / "results"
        code = main(["photo", *map(str, pictures), "--json", "--out", str(out)])
        printed = capsys.readouterr()
        return code, [json.loads(line) for line in printed.out.splitlines()], printed.err, out

    return photo


def test_one_face_gets_its_emoticon(photo, astronaut_file, astronaut_face):
    code, (answer,), _, out = photo(astronaut_file)
    assert code == 0
    assert answer["picture"] == str(astronaut_file)
    assert answer["status"] == "ok"
    (face,) = answer["faces"]
    left, _top, _right, bottom = face["box"]
    assert abs(left - astronaut_face.left) < 20
    assert abs(bottom - astronaut_face.bottom) < 20
    assert face["score"] > 0.9
    assert face["attributes"]["mask"]["label"] == "none"
    assert 0 < face["attributes"]["emotion"]["score"] <= 1
    emoticon = cv2.imread(str(out / "astronaut.png"), cv2.IMREAD_UNCHANGED)
    assert emoticon.shape == (512, 512, 4)
    assert emoticon[0, 0, 3] == 0
    assert emoticon[256, 256, 3] == 255
    result = cv2.imread(str(out / "astronaut_result.jpg"))
    assert result.shape == (512, 1024, 3)


def test_several_faces_each_get_an_emoticon(photo, astronaut, tmp_path):
    cv2.imwrite(str(tmp_path / "pair.png"), np.hstack([astronaut[:300], astronaut[:300]]))
    code, (answer,), _, out = photo(tmp_path / "pair.png")
    assert (code, answer["status"]) == (0, "multiple_faces")
    assert [face["emoticon"] for face in answer["faces"]] == [
        str(out / "pair-1.png"),
        str(out / "pair-2.png"),
    ]
    assert answer["faces"][0]["box"][0] < answer["faces"][1]["box"][0]
    assert (out / "pair-1.png").exists()
    assert (out / "pair-2.png").exists()
    plain = np.hstack([astronaut[:300], astronaut[:300]])
    numbered = cv2.imread(str(out / "pair_result.jpg"))[:, : plain.shape[1]].astype(int)
    for face in answer["faces"]:
        left, top = (round(value) for value in face["box"][:2])
        corner = np.s_[top + 2 : top + 14, left + 2 : left + 14]
        assert np.abs(numbered[corner] - plain[corner]).mean() > 30, "the face's number"


def test_the_line_of_a_picture_names_all_its_files(astronaut_file, tmp_path, capsys):
    assert main(["photo", str(astronaut_file), "--out", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert str(tmp_path / "astronaut.png") in printed
    assert str(tmp_path / "astronaut_result.jpg") in printed


def test_no_face_is_a_status(photo, astronaut, tmp_path):
    cv2.imwrite(str(tmp_path / "suit.png"), astronaut[300:])
    code, (answer,), _, out = photo(tmp_path / "suit.png")
    assert (code, answer["status"], answer["faces"]) == (0, "no_face", [])
    assert not out.exists()


def test_pictures_of_the_same_name_do_not_overwrite_each_other(photo, astronaut, tmp_path):
    paths = [tmp_path / name / "me.png" for name in "ab"]
    for path in paths:
        path.parent.mkdir()
        cv2.imwrite(str(path), astronaut)
    _, answers, _, _ = photo(*paths)
    assert answers[0]["result"] != answers[1]["result"]


def png(width, height, depth=8, color=2):
    """A PNG's signature and header, without any pixels."""
    import zlib

    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(
        ">I", zlib.crc32(header)
    )  # fmt: skip


@pytest.fixture
def encoded(astronaut):
    def encoded(suffix, image=astronaut, *options):
        return cv2.imencode(suffix, image, options)[1].tobytes()

    return encoded


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp", ".bmp", ".tiff"])
@pytest.mark.parametrize("share", [0.0, 0.0001, 0.01, 0.3, 0.9])
def test_a_truncated_file_is_never_a_traceback(photo, encoded, tmp_path, suffix, share):
    data = encoded(suffix)
    path = tmp_path / f"cut{suffix}"
    path.write_bytes(data[: int(len(data) * share)])
    code, (answer,), _, _ = photo(path)
    assert answer["status"] in {"unreadable", "no_face", "ok"}
    assert (code == 1) == (answer["status"] == "unreadable")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        bytes(1000),
        b"%PDF-1.7",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"RIFF\0\0\0\0WEBP",
        png(0, 0),
        png(1, 1),
        png(2**31 - 1, 2**31 - 1),
        png(100_000, 100_000),
        png(8, 8, 3),
    ],
    ids=lambda data: repr(data[:8]),
)
def test_what_is_no_picture_is_unreadable(photo, tmp_path, data):
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    code, (answer,), _, _ = photo(path)
    assert (code, answer["status"], answer["faces"]) == (1, "unreadable", [])
    assert len(answer["error"].splitlines()) == 1


def test_a_folder_and_a_missing_file_are_unreadable(photo, tmp_path):
    code, answers, _, _ = photo(tmp_path, tmp_path / "nowhere.jpg")
    assert code == 1
    assert [answer["status"] for answer in answers] == ["unreadable", "unreadable"]


@pytest.mark.parametrize(
    "change",
    [
        lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2GRAY),
        lambda image: cv2.cvtColor(image, cv2.COLOR_BGR2BGRA),
        lambda image: image.astype(np.uint16) * 257,
        lambda image: cv2.resize(image, (1600, 1600)),
    ],
    ids=["grey", "alpha", "16 bit", "large"],
)
def test_every_kind_of_pixel_is_read(photo, astronaut, tmp_path, change):
    path = tmp_path / "me.png"
    cv2.imwrite(str(path), change(astronaut))
    _, (answer,), _, _ = photo(path)
    assert answer["status"] == "ok"


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 5000, 3), (3000, 2, 3), (40, 12_000, 3)])
def test_odd_shapes_are_answered(photo, tmp_path, shape):
    path = tmp_path / "odd.png"
    cv2.imwrite(str(path), np.full(shape, 90, np.uint8))
    _, (answer,), _, _ = photo(path)
    assert answer["status"] == "no_face"


def test_a_missing_folder_of_a_picture_may_be_that_of_the_results(astronaut_file, tmp_path, capsys):
    out = tmp_path / "new"
    assert main(["photo", str(out / "a.jpg"), str(astronaut_file), "--out", str(out)]) == 1
    assert capsys.readouterr().err == ""
    assert len(list(out.iterdir())) == 2


def test_one_broken_picture_does_not_stop_the_others(photo, astronaut_file, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no")
    code, answers, _, _ = photo(tmp_path / "broken.jpg", astronaut_file)
    assert code == 1
    assert [answer["status"] for answer in answers] == ["unreadable", "ok"]


def test_results_that_cannot_be_written_are_one_line(astronaut_file, tmp_path, capsys):
    (tmp_path / "taken").touch()
    assert main(["photo", str(astronaut_file), "--out", str(tmp_path / "taken")]) == 1
    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert len(told.splitlines()) == 1


def test_no_picture_of_the_run_is_written_over(photo, astronaut, tmp_path):
    out = tmp_path / "results"
    out.mkdir()
    both = cv2.resize(np.hstack([astronaut, astronaut]), None, fx=0.8, fy=0.8)
    pictures = {
        out / "me.png": astronaut,
        tmp_path / "a.png": both,
        tmp_path / "a-1.png": astronaut,
    }
    for path, image in pictures.items():
        cv2.imwrite(str(path), image)
    before = (out / "me.png").read_bytes()
    _, answers, _, _ = photo(*pictures)
    assert (out / "me.png").read_bytes() == before
    written = [face["emoticon"] for answer in answers for face in answer["faces"]]
    written += [answer["result"] for answer in answers]
    assert len(set(written)) == len(written) == 7


def test_nothing_beside_the_pictures_is_written_over(photo, astronaut, tmp_path):
    out = tmp_path / "results"
    out.mkdir()
    cv2.imwrite(str(out / "me.jpg"), astronaut)
    (out / "me.png").write_bytes(b"mine")
    _, (answer,), _, _ = photo(out / "me.jpg")
    assert (out / "me.png").read_bytes() == b"mine"
    assert answer["result"] == str(out / "me_2_result.jpg")


def test_a_long_name_is_shortened(photo, astronaut, tmp_path):
    path = tmp_path / f"{81 * '한'}.png"  # 247 bytes, of 255
    _, encoded = cv2.imencode(".png", astronaut)
    path.write_bytes(encoded)
    code, (answer,), _, out = photo(path)
    assert (code, answer["status"]) == (0, "ok")
    assert sorted(os.listdir(out)) == [f"{75 * '한'}.png", f"{75 * '한'}_result.jpg"]


def test_json_is_ascii(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "edge", "photo", "--json", tmp_path / "é😀.jpg"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
    )
    assert json.loads(told.stdout)["picture"] == str(tmp_path / "é😀.jpg")


def test_a_name_that_cannot_be_printed_is_escaped(tmp_path):
    told = subprocess.run(
        [sys.executable, "-m", "edge", "photo", tmp_path / "bad\udcff.jpg"],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONIOENCODING": "ascii:strict"},
    )
    assert told.returncode == 1
    assert b"bad\\udcff.jpg: unreadable" in told.stdout
    assert told.stderr == b""
