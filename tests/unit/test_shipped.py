import pytest

from slmdsl.base.shipped import shipped


def test_an_installed_copy_has_its_folders_inside(tmp_path):
    inside = tmp_path / "slmdsl" / "_data" / "models"
    inside.mkdir(parents=True)
    (tmp_path / "models").mkdir()
    assert shipped("models", tmp_path / "slmdsl") == inside


def test_a_checkout_has_them_at_its_top(tmp_path):
    (tmp_path / "grammar").mkdir()
    assert shipped("grammar", tmp_path / "slmdsl") == tmp_path / "grammar"


def test_a_copy_without_them_says_where_it_looked(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"slmdsl.*_data.*grammar nor .*grammar is a folder"):
        shipped("grammar", tmp_path / "slmdsl")
