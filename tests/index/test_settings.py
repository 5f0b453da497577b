"""Settings: defaults, BYLINE_* variables, arguments over both, and one line for what cannot be used."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest
from made_folders import SEEDS

from index import settings as configuration
from index.errors import SettingsError
from index.settings import Settings, load


def test_the_defaults_are_the_seeds_on_this_machine_only() -> None:
    settings = load(environ={})
    assert settings == Settings()
    assert (settings.folder, settings.host, settings.port) == (SEEDS, "127.0.0.1", 7860)
    assert settings.index_folder.parent.name == "indexes"


def test_each_setting_has_a_variable_and_an_argument_that_wins() -> None:
    values = {"articles": "/a", "index": "/i", "model": "m", "writer": "quotes", "bar": "0.25", "words": "9"}
    values |= {"host": "0.0.0.0", "port": "1", "fields": "text=body"}
    values |= {"reader": "packaged", "bold": "0.5"}
    values |= {"uploads_mb": "2", "uploads_mb_hour": "3", "uploads_files_hour": "4"}
    assert set(values) == {field.name for field in fields(Settings)}
    settings = load(environ={f"BYLINE_{name.upper()}": value for name, value in values.items()})
    written = Settings(Path("/a"), Path("/i"), "m", "quotes", "text=body", "packaged", 0.25, 0.5, 9)
    assert settings == replace(written, host="0.0.0.0", port=1, uploads_mb=2, uploads_mb_hour=3, uploads_files_hour=4)
    assert load(environ={"BYLINE_PORT": "1", "BYLINE_BAR": "0.1"}, port=2, bar=None) == Settings(port=2, bar=0.1)


def test_given_settings_stand_in_for_the_environment() -> None:
    assert load(Settings(words=7), environ={"BYLINE_WORDS": "9", "BYLINE_ODD": "x"}, bar=0.75) == Settings(
        words=7, bar=0.75
    )


def test_an_empty_variable_is_none_and_other_variables_are_not_ours() -> None:
    assert load(environ={"BYLINE_ARTICLES": " ", "PATH": "/bin", "MY_BYLINE_X": "1"}) == Settings()


@pytest.mark.parametrize("variable", ["BYLINE_ARTICLE", "BYLINE_", "BYLINE_FOLDER", "BYLINE_INDEX_FOLDER"])
def test_a_misspelt_variable_is_an_error_that_lists_the_right_ones(variable: str) -> None:
    with pytest.raises(SettingsError, match=rf"^unknown setting {variable}: .*BYLINE_ARTICLES, BYLINE_BAR[^\n]*$"):
        load(environ={variable: "x"})
    with pytest.raises(SettingsError, match="unknown setting colour"):
        load(environ={}, colour="red")


@pytest.mark.parametrize(
    ("name", "value"),
    [("bar", "high"), ("bar", "1.5"), ("bar", "nan"), ("bar", "-0.1"), ("words", "0"), ("words", "many"),
     ("words", "1.5"), ("words", "9999"), ("port", "-1"), ("port", "70000"), ("port", "http"),
     ("writer", "poet"), ("bar", "a\nb")],
)  # fmt: skip
def test_a_value_that_cannot_be_used_is_one_line_that_names_it(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=rf"^{name} is [^\n]*$"):
        load(environ={f"BYLINE_{name.upper()}": value})
    with pytest.raises(SettingsError, match=rf"^{name} is [^\n]*$"):
        load(environ={}, **{name: value})


def test_without_a_folder_and_without_seeds_one_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(configuration, "CHECKOUT_SEEDS", tmp_path / "none")
    with pytest.raises(SettingsError, match="set BYLINE_ARTICLES"):
        _ = load(environ={}).folder


def test_each_folder_has_an_index_of_its_own_under_a_readable_name(tmp_path: Path) -> None:
    one, other = (load(environ={}, articles=tmp_path / name / "My articles") for name in "ab")
    assert one.index_folder != other.index_folder
    assert one.index_folder.name.startswith("My-articles-")
    link = tmp_path / "link"
    (tmp_path / "a" / "My articles").mkdir(parents=True)
    link.symlink_to(tmp_path / "a" / "My articles")
    assert load(environ={}, articles=link).index_folder.name.split("-")[-1] == one.index_folder.name.split("-")[-1]
    assert load(environ={}, articles=Path("/")).index_folder.name.startswith("root-")
