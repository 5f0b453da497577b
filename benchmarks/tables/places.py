"""Makes the list of countries, states and continents that `rag.question.places` knows.

    pip install -e ".[bench]"
    python -m benchmarks.tables.places [--write rag/question/places.json]

English names from the Unicode Common Locale Data Repository (Unicode licence 3.0; through Babel) and the states of
the USA from the package `us`; what news also calls them stands below.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

ALSO = (
    "US|U.S.|USA|U.S.A.|America|UK|U.K.|Britain|Great Britain|England|Scotland|Wales|Northern Ireland|Holland|Turkey|"
    "Burma|Ivory Coast|Cape Verde|Czech Republic|Swaziland|Macedonia|Bosnia|Congo|DRC|Democratic Republic of Congo|"
    "Palestine|Macau|East Timor|UAE|Vatican"
)
CONTINENTS = ("002", "142", "150", "003", "005", "009", "AQ", "019")
"""Africa, Asia, Europe, North and South America, Oceania, Antarctica, the Americas."""
NO_COUNTRY = frozenset(("AQ", "EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path, metavar="FILE")
    given = parser.parse_args()
    found = places()
    print({kind: len(names) for kind, names in found.items()})
    if given.write:
        given.write.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def places() -> dict[str, list[str]]:
    """The names of each kind of place, in alphabetical order."""
    import us
    from babel import Locale

    territories = Locale("en").territories
    countries = {
        name
        for code, territory in territories.items()
        if len(code) == 2 and code not in NO_COUNTRY
        for name in _spellings(territory)
    }
    return {
        "country": sorted(countries | set(ALSO.split("|"))),
        "state": sorted({*(state.name for state in us.states.STATES), "District of Columbia", "Washington, DC"}),
        "continent": sorted({territories[code] for code in CONTINENTS} | {"Australia"}),
    }


def _spellings(name: str) -> list[str]:
    """A territory as news writes it: either apostrophe, "and" for "&", nothing in brackets."""
    name = re.sub(r"\s*\(.*\)| SAR China|\s-\s.*", "", name)
    return [name, name.replace("’", "'"), name.replace(" & ", " and "), name.replace("St. ", "Saint ")]


if __name__ == "__main__":
    main()
