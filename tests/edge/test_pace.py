from edge.pace import Pace


def test_a_job_is_due_at_once_and_then_after_its_interval():
    pace = Pace(budget=1.0)
    assert pace.due(0.0, 0.5)
    pace.started(0.0)
    assert not pace.due(0.4, 0.5)
    assert pace.due(0.5, 0.5)


def test_an_urgent_job_needs_no_interval_but_keeps_the_budget():
    pace = Pace(budget=0.25)
    pace.started(0.0)
    pace.finished(0.1, 0.1)
    assert not pace.due(0.39, 0.0)
    assert pace.due(0.41, 0.0)
