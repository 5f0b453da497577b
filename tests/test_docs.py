"""What the README says of the settings is what there is."""

from dataclasses import fields
from pathlib import Path

import pytest

from index.settings import PREFIX, Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_the_readme_has_a_row_for_every_setting(name: str) -> None:
    assert f"`{PREFIX}{name.upper()}`" in README
