import cv2
import numpy as np

from edge.artwork import Look, load_artwork
from edge.blend import Blender
from edge.sprites import premultiply
from scripts.benchmarks.compositor import compositor_times, report_paste


def test_both_ways_give_the_same_picture():
    emoticon = load_artwork("cartoon").picture(Look(emotion="happy"), 200)
    ours = np.random.default_rng(0).integers(0, 256, (240, 240, 3), dtype=np.uint8)
    theirs = ours.copy()
    Blender().lay(ours, premultiply(emoticon), 0, 0)
    report_paste(theirs, emoticon)
    assert np.abs(ours.astype(int) - theirs).max() <= 2  # theirs cuts the fraction off


def test_every_way_is_timed_as_often_as_asked():
    threads = cv2.getNumThreads()
    times = compositor_times(60, repeats=3)
    assert {name: len(runs) for name, runs in times.items()} == dict.fromkeys(
        ("compose", "copy", "blend", "paste"), 3
    )
    assert all(run > 0 for runs in times.values() for run in runs)
    assert cv2.getNumThreads() == threads
