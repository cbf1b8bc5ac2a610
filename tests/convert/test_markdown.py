from convert.markdown import table


def test_a_table_has_a_rule_below_its_header():
    assert table(["a", "b"], [["1", "2"]]) == "| a | b |\n|---|---|\n| 1 | 2 |"
