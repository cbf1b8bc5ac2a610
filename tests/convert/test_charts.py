import numpy as np

from convert.charts import draw_confusion


def test_a_confusion_is_drawn_darker_where_answers_gather():
    right = draw_confusion([[9, 1], [0, 10]], ["none", "worn"])
    wrong = draw_confusion([[1, 9], [10, 0]], ["none", "worn"])
    assert right.shape == wrong.shape
    assert right.dtype == np.uint8
    # A corner of the first cell, beside its number.
    assert right[46, 116].sum() < wrong[46, 116].sum()
