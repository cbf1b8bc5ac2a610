import itertools
import math
import tracemalloc

import cv2
import numpy as np
import pytest

from edge.affine import rotation, scaling, translation
from edge.animation import CHANGE_S, SWAP_S
from edge.artwork import Look, available_artworks, level_for, load_artwork
from edge.bands import bands
from edge.blend import Blender
from edge.compositor import Compositor
from edge.errors import ConfigError
from edge.modes import MODES, Stickers, cover
from edge.sprites import Sprite
from edge.types import Attribute, Box, Frame, Scene, Track


@pytest.fixture(scope="module")
def artwork():
    return load_artwork("cartoon")


@pytest.fixture
def compositor(artwork):
    return Compositor(artwork, calm=True)


def scene(*tracks, attributes=None, shape=(240, 320), seed=0):
    image = np.random.default_rng(seed).integers(0, 256, (*shape, 3), dtype=np.uint8)
    return Scene(Frame(image, 0, 0.0), tracks, attributes or {})


def label(name, value):
    return {name: Attribute(name, value, 1.0)}


EMOTIONS = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
BOTH_HAPPY = {person: label("emotion", "happy") for person in (1, 2)}


def covered(compositor, track, *, emotion="neutral", now=0.0, shape=(300, 300)):
    """The part of the track's box in which nothing of the frame shows."""
    frames = (Frame(np.full((*shape, 3), value, np.uint8), 0, now) for value in (0, 255))
    attributes = {track.id: label("emotion", emotion)}
    black, white = (
        compositor.compose(Scene(frame, (track,), attributes), now=now, flip=False).astype(int)
        for frame in frames
    )
    left, top, right, bottom = (round(value) for value in track.box)
    return (np.abs(black - white)[top:bottom, left:right].max(axis=2) <= 5).mean()


def test_without_faces_the_frame_is_shown_as_it_is(compositor):
    empty = scene()
    assert (compositor.compose(empty, now=0.0, flip=False) == empty.frame.image).all()
    assert (compositor.compose(empty, now=0.0, flip=True) == empty.frame.image[:, ::-1]).all()


def test_the_frame_is_never_written_to(compositor):
    one = scene(Track(1, Box(100, 60, 180, 160)))
    one.frame.image.flags.writeable = False
    painted = compositor.compose(one, now=0.0, flip=False)
    assert (painted != one.frame.image).any()


def test_the_mirrored_picture_is_the_picture_mirrored(compositor):
    one = scene(
        Track(1, Box(90.3, 60, 170, 160.7), roll=0.3), attributes={1: label("emotion", "contempt")}
    )
    straight = compositor.compose(one, now=0.0, flip=False).astype(int)
    mirrored = compositor.compose(one, now=0.0, flip=True).astype(int)
    assert np.abs(straight[:, ::-1] - mirrored).mean() < 0.05


@pytest.mark.parametrize("roll", [-1.0, -0.3, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("size", [(24, 32), (70, 100), (100, 70), (300, 400)])
def test_the_head_covers_the_face_at_every_size_and_roll(compositor, size, roll):
    width, height = size
    box = Box(150.4, 120.2, 150.4 + width, 120.2 + height)
    assert covered(compositor, Track(1, box, roll), shape=(720, 720)) >= 0.98


# Widths of a box in its heights; of real faces' boxes every fifteenth is 0.66 or narrower.
@pytest.mark.parametrize("aspect", [0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.85, 1.0, 1.2])
@pytest.mark.parametrize("name", available_artworks())
def test_the_head_covers_the_face_while_it_changes(name, aspect):
    root = math.sqrt(aspect)
    box = Box(150 - 50 * root, 150 - 50 / root, 150 + 50 * root, 150 + 50 / root)
    artwork = load_artwork(name)
    for turn, (before, after) in enumerate(zip(EMOTIONS, EMOTIONS[1:] + EMOTIONS[:1], strict=True)):
        for roll in (-0.9, -0.25, 0.0, 0.5):
            face = Track(1, box, roll)
            compositor = Compositor(artwork)
            start = 3 + 0.9 * turn + roll  # at another moment of the idle motion each time
            covered(compositor, face, emotion=before, now=start - 1)
            for since in (0.0, SWAP_S - 0.001, SWAP_S + 0.005, 0.17, CHANGE_S):
                part = covered(compositor, face, emotion=after, now=start + since)
                assert part >= 0.98, (before, after, roll, since)


@pytest.mark.parametrize("aspect", [0.67, 0.75, 0.85, 1.0])
def test_the_head_is_not_needlessly_big(artwork, aspect):
    box = Box(0, 0, 100 * aspect, 100)
    (matrix,) = cover([Track(1, box)], artwork.anchors, 200, 200)
    assert matrix.stretch * sum(artwork.anchors.radius) <= 0.97 * math.hypot(100, 100 * aspect)


def test_a_face_follows_its_roll(compositor, artwork):
    turned = Track(1, Box(0, 0, 100, 100), math.pi / 2)
    (matrix,) = cover([turned], artwork.anchors, 200, 200)
    x, y = artwork.anchors.head
    chin = matrix.point(x, y + artwork.anchors.radius[1])
    assert chin[0] < 0
    assert chin[1] == pytest.approx(50)


@pytest.mark.parametrize("x", [-60, 0, 300])
@pytest.mark.parametrize("y", [-60, 0, 220])
def test_a_face_over_the_border_is_cut_there(compositor, x, y):
    part = compositor.compose(scene(Track(1, Box(x, y, x + 80, y + 100))), now=0.0, flip=False)
    assert part.shape == (240, 320, 3)


def test_a_cut_face_is_the_same_where_it_is_seen(compositor):
    box = Box(-20, 60, 60, 160)
    image = scene(shape=(240, 420)).frame.image
    whole = Scene(Frame(image, 0, 0.0), (Track(1, box.moved(100, 0)),))
    cut = Scene(Frame(np.ascontiguousarray(image[:, 100:]), 0, 0.0), (Track(1, box),))
    expected = compositor.compose(whole, now=0.0, flip=False)[:, 100:].astype(int).copy()
    difference = np.abs(compositor.compose(cut, now=0.0, flip=False) - expected)
    # OpenCV's warp counts in 32nds of a pixel from the region's corner.
    assert difference.max() <= 8
    assert difference.mean() < 0.05


def test_a_face_outside_the_picture_paints_nothing(compositor):
    outside = scene(Track(1, Box(-900, -900, -800, -800)))
    assert (compositor.compose(outside, now=0.0, flip=False) == outside.frame.image).all()


def test_the_larger_face_is_in_front(compositor):
    small, large = Track(1, Box(140, 80, 190, 140)), Track(2, Box(90, 60, 180, 180))
    attributes = {1: label("skin", "dark"), 2: label("skin", "light")}
    both = scene(small, large, attributes=attributes)
    first = compositor.compose(both, now=0.0, flip=False).copy()
    swapped = scene(large, small, attributes=attributes)
    assert (compositor.compose(swapped, now=0.0, flip=False) == first).all()
    alone = compositor.compose(scene(large, attributes=attributes), now=0.0, flip=False)
    assert (first[100:140, 130:150] == alone[100:140, 130:150]).all()


def test_the_frame_size_may_change(compositor):
    for shape in ((240, 320), (120, 160), (240, 320)):
        assert compositor.compose(scene(shape=shape), now=0.0, flip=True).shape == (*shape, 3)


@pytest.mark.parametrize("roll", [-0.2, 0.0, 0.3])
@pytest.mark.parametrize("size", [0.6, 0.77, 1.0])
def test_the_blend_is_within_one_of_an_exact_composite(artwork, size, roll):
    sprite = artwork.face(Look(emotion="happy", glasses="sunglasses", hat="worn"), 512)
    canvas = scene(shape=(150, 150)).frame.image.copy()
    before = canvas.astype(float)
    # A window on a corner of the sprite: the whole canvas is its region.
    matrix = translation(-60.3, -40.8) @ rotation(roll) @ scaling(size, size)
    Blender().paint(canvas, sprite, matrix, 512)
    # The same warp on numbers instead of bytes, placed alike: OpenCV rounds to parts of a pixel.
    to_canvas = matrix @ translation(sprite.left, sprite.top)
    warped = np.zeros((150, 150, 4), np.float32)
    for left, top, right, bottom in bands(sprite.outline, to_canvas, 150, 150):
        warp = translation(-left - 0.5, -top - 0.5) @ to_canvas @ translation(0.5, 0.5)
        warped[top:bottom, left:right] = cv2.warpAffine(
            sprite.image.astype(np.float32), np.reshape(warp, (2, 3)), (right - left, bottom - top)
        )
    exact = before * (1 - warped[..., 3:] / 255) + warped[..., :3]
    assert (warped[..., 3] == 0).any()
    assert np.abs(canvas - np.rint(exact)).max() <= 1


@pytest.mark.parametrize("size", [600, 1600])
def test_a_large_sprite_is_painted_without_a_seam(artwork, size):
    sprite = artwork.face(Look(), 1024)
    white = np.full((900, 900, 3), 255, np.uint8)
    matrix = translation(50.3, 20.8) @ rotation(0.1) @ scaling(size / 1024, size / 1024)
    Blender().paint(white, sprite, matrix, 1024)
    whole = translation(-0.5, -0.5) @ matrix @ translation(sprite.left + 0.5, sprite.top + 0.5)
    once = cv2.warpAffine(sprite.image, np.reshape(whole, (2, 3)), (900, 900)).astype(int)
    expected = once[..., :3] + 255 - once[..., 3:]
    # At a hard edge a part of a pixel (1/32) makes up to 8 levels.
    assert np.abs(white - expected).max() <= 16
    assert np.abs(white - expected).mean() < 0.1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("pixelate", [False, True])
@pytest.mark.parametrize("calm", [False, True])
def test_the_steady_state_allocates_no_pictures(artwork, mode, pixelate, calm):
    compositor = Compositor(artwork, mode=mode, pixelate=pixelate, calm=calm)
    one = scene(
        Track(1, Box(100, 60, 180, 160)), Track(2, Box(10, 60, 80, 160)), attributes=BOTH_HAPPY
    )
    for step in range(20):
        compositor.compose(one, now=1 + step / 10, flip=True)
    tracemalloc.start()
    try:
        for step in range(5):
            compositor.compose(one, now=10 + step / 30, flip=True)
        assert tracemalloc.get_traced_memory()[1] < 20_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("flip", [False, True])
def test_it_makes_no_difference_whether_the_camera_mirrors(artwork, flip):
    attributes = {1: label("emotion", "contempt")}  # not alike on both sides
    plain = scene(Track(1, Box(60, 60, 140, 160), roll=0.2), attributes=attributes)
    turned = Scene(
        Frame(np.ascontiguousarray(plain.frame.image[:, ::-1]), 0, 0.0, mirrored=True),
        (Track(1, plain.tracks[0].box.mirrored(320), roll=-0.2),),
        attributes,
    )
    shown = [
        Compositor(artwork, calm=True).compose(each, now=0.0, flip=flip) for each in (plain, turned)
    ]
    assert (shown[0] == shown[1]).all()


def test_a_clear_sprite_changes_nothing():
    canvas = scene().frame.image.copy()
    before = canvas.copy()
    clear = Sprite(np.zeros((50, 50, 4), np.uint8), 0, 0, 128)
    Blender().paint(canvas, clear, scaling(1.3, 1.3), 128)
    assert (canvas == before).all()


def test_a_sticker_leaves_the_face_to_be_seen(artwork):
    one = scene(Track(1, Box(100, 60, 160, 140)))
    painted = Compositor(artwork, mode="sticker", calm=True).compose(one, now=0.0, flip=False)
    changed = (painted != one.frame.image).any(axis=2)
    assert not changed[60:140, 100:160].any()
    assert changed[60:140, 160:260].mean() > 0.5


@pytest.mark.parametrize(
    ("left", "right", "free"),
    [
        (100, 160, slice(160, 320)),  # room on both sides: at the right
        (230, 300, slice(0, 230)),
        (20, 200, slice(200, 320)),  # less room than its full size
        (130, 290, slice(0, 130)),
    ],
)
def test_a_sticker_goes_whole_where_there_is_room(artwork, left, right, free):
    anchors = artwork.anchors
    face = Track(1, Box(left, 80, right, 80 + 1.2 * (right - left)))
    (place,) = Stickers()([face], anchors, 320, 240)
    x, y = anchors.head
    ends = [place.point(x + side * anchors.radius[0], y)[0] for side in (-1, 1)]
    assert free.start <= min(ends)
    assert max(ends) <= free.stop


def test_a_sticker_stays_in_the_picture_when_there_is_no_room(artwork):
    anchors = artwork.anchors
    (place,) = Stickers()([Track(1, Box(10, 10, 310, 230))], anchors, 320, 240)
    x, y = anchors.head
    assert place.point(x + anchors.radius[0], y)[0] <= 320
    assert place.stretch * sum(anchors.radius) > 0.3 * 300


def ends_of(places, anchors):
    """(left, right) of each head in pixels."""
    x, y = anchors.head
    middles = [place.point(x, y)[0] for place in places]
    radii = [place.stretch * anchors.radius[0] for place in places]
    return [(m - r, m + r) for m, r in zip(middles, radii, strict=True)]


def test_a_sticker_covers_no_neighbours_face_nor_sticker(artwork):
    faces = [Track(1, Box(150, 80, 210, 152)), Track(2, Box(250, 80, 310, 152))]
    places = Stickers()(faces, artwork.anchors, 480, 240)
    (_, first), (second, _) = ends = ends_of(places, artwork.anchors)
    assert all(right <= 150 or left >= 210 for left, right in ends)
    assert all(right <= 250 or left >= 310 for left, right in ends)
    assert first <= second or ends[0][0] >= ends[1][1]


def test_a_neighbour_who_reaches_behind_a_face_is_at_one_side_of_it(artwork):
    faces = [Track(1, Box(270, 150, 370, 280)), Track(2, Box(310, 170, 440, 340))]
    (_, right), _ = ends_of(Stickers()(faces, artwork.anchors, 640, 480), artwork.anchors)
    assert right <= 270


def test_somebody_above_takes_no_room(artwork):
    face, above = Track(1, Box(100, 150, 160, 222)), Track(2, Box(180, 10, 230, 70))
    alone = Stickers()([face], artwork.anchors, 480, 240)
    assert Stickers()([face, above], artwork.anchors, 480, 240)[:1] == alone


def test_a_sticker_changes_sides_late_and_not_back(artwork):
    stickers, sides = Stickers(), []
    for step in (*range(0, 200, 4), *range(200, 60, -4)):
        box = Box(80 + step, 80, 140 + step, 152)
        places = stickers([Track(1, box)], artwork.anchors, 360, 240)
        ((left, _),) = ends_of(places, artwork.anchors)
        sides.append(left > box.center[0])
    changes = [i for i, (one, other) in enumerate(itertools.pairwise(sides)) if one != other]
    assert sides[0]
    assert not sides[-1]
    assert len(changes) == 1


def test_a_sticker_does_not_flicker_where_both_sides_are_narrow(artwork):
    stickers, sides = Stickers(), set()
    for step in range(20):
        box = Box(30 + step % 3, 10, 290 + step % 3, 230)
        places = stickers([Track(1, box)], artwork.anchors, 322, 240)
        ((left, _),) = ends_of(places, artwork.anchors)
        sides.add(left > box.center[0])
    assert len(sides) == 1


@pytest.mark.parametrize("flip", [False, True])
def test_the_panel_shows_the_nearest_face_beside_the_picture(artwork, flip):
    two = scene(
        Track(1, Box(20, 60, 60, 110)),
        Track(2, Box(100, 60, 200, 190)),
        attributes={1: label("skin", "light"), 2: label("skin", "dark")},
    )
    shown = Compositor(artwork, mode="panel", calm=True).compose(two, now=0.0, flip=flip)
    assert shown.shape == (240, 320 + 240, 3)
    picture = two.frame.image[:, ::-1] if flip else two.frame.image
    assert (shown[:, :320] == picture).all()
    cheek = shown[150, 320 + 70].astype(int)
    assert 80 < cheek[2] < 200  # the red of dark skin
    assert cheek[2] > cheek[0] + 30


def test_nothing_leaves_the_panel(artwork):
    compositor = Compositor(artwork, mode="panel")
    face = Track(1, Box(100, 60, 200, 190), roll=1.2)
    for step in range(40):
        happy = {1: label("emotion", "happy" if step > 5 else "neutral")}
        one = scene(face, attributes=happy)
        shown = compositor.compose(one, now=1 + step / 15, flip=False)
        assert (shown[:, :320] == one.frame.image).all()


def test_an_empty_panel_is_plain(artwork):
    shown = Compositor(artwork, mode="panel").compose(scene(), now=0.0, flip=True)
    assert (shown[:, 320:] == shown[0, 320]).all()


def test_pixels_hide_who_is_in_the_picture(artwork):
    box = Box(100, 60, 160, 140)
    compositor = Compositor(artwork, mode="panel", pixelate=True, calm=True)
    shown = compositor.compose(scene(Track(1, box)), now=0.0, flip=False)
    assert len(np.unique(shown[:60, :320].reshape(-1, 3), axis=0)) <= 32 * 6
    assert len(np.unique(shown[60:140, 100:160].reshape(-1, 3), axis=0)) <= 5 * 7


def test_an_unknown_mode_names_those_there_are(artwork):
    with pytest.raises(ConfigError, match="cover, sticker, panel"):
        Compositor(artwork, mode="hologram")


def test_a_moving_face_pops_in_and_shrinks_out(artwork):
    compositor = Compositor(artwork)
    one, empty = scene(Track(1, Box(100, 60, 160, 140))), scene()

    def painted(scene, now):
        shown = compositor.compose(scene, now=now, flip=False)
        return int((shown != scene.frame.image).any(axis=2).sum())

    assert painted(one, 1.0) == 0
    assert 0 < painted(one, 1.05) < painted(one, 1.1) < painted(one, 1.2)
    full = painted(one, 2.0)
    assert painted(empty, 2.1) == pytest.approx(full, rel=0.05)
    assert 0 < painted(empty, 2.25) < full
    assert painted(empty, 2.4) == 0


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_calm_shows_the_same_at_any_time(artwork, emotion):
    compositor = Compositor(artwork, calm=True)
    other = "sad" if emotion == "happy" else "happy"
    face = Track(1, Box(100, 60, 160, 140))
    before, after = (
        scene(face, attributes={1: label("emotion", each)}) for each in (other, emotion)
    )
    compositor.compose(before, now=0.0, flip=False)
    first = compositor.compose(after, now=0.01, flip=False).copy()
    for now in (0.05, 0.1, 0.2, 1.7, 5.3):
        assert (compositor.compose(after, now=now, flip=False) == first).all()


def test_calm_keeps_the_still_sign_and_strews_nothing(artwork):
    face = Track(1, Box(140, 90, 200, 170))
    happy = scene(face, attributes={1: label("emotion", "happy")})
    shown = Compositor(artwork, calm=True).compose(happy, now=0.0, flip=False)
    expected = happy.frame.image.copy()
    (matrix,) = cover([face], artwork.anchors, 320, 240)
    look = Look(emotion="happy")
    level = level_for(matrix.stretch * artwork.anchors.size)
    for sprite in (artwork.face(look, level), *artwork.effect(look, level)):
        Blender().paint(expected, sprite, matrix, artwork.anchors.size)
    # The pose in between is the identity, but for the rounding of its numbers.
    assert np.abs(shown.astype(int) - expected).max() <= 8
