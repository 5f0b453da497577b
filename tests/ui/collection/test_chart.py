"""The picture: every article is in it once, in its place and its colour, whatever its title says."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_folders import few

from index.catalog.listing import Dated
from ui.collection.bins import bins, padded, ticks
from ui.collection.chart import MOST_DOTS, draw

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script>\"' onload=alert(1) & \x00\x1b\ufffe\ud800 <img src=x>"


def article(number: int, published: str | None, title: str = "") -> Dated:
    return Dated(f"{number:04}.txt", title or f"Title {number}", "Herald", published)


def days(count: int, first: date = date(2021, 12, 1), every: int = 1) -> list[Dated]:
    return [article(n, str(first + timedelta(days=n * every))) for n in range(count)]


def links(svg: str, kind: str) -> list[ElementTree.Element]:
    return [one for one in ElementTree.fromstring(svg).iter(f"{SVG}a") if kind in one.attrib["class"].split()]


def test_each_article_is_a_dot_that_opens_it_and_says_what_it_is() -> None:
    articles = [*days(3), article(9, None)]
    dots = links(draw(articles, (), 900).svg, "dot")
    assert sorted(dot.attrib["data-article"] for dot in dots) == sorted(one.path for one in articles)
    names = {dot.attrib["data-article"]: dot.attrib["aria-label"] for dot in dots}
    assert names["0001.txt"] == "Title 1, Herald, 2 December 2021"
    assert names["0009.txt"] == "Title 9, Herald, no date"


def test_the_picture_is_one_stop_of_the_tab_key() -> None:
    dots = links(draw(days(20), (), 900).svg, "dot")
    assert Counter(dot.attrib["tabindex"] for dot in dots) == {"0": 1, "-1": 19}


def test_later_articles_stand_further_right_and_those_of_a_day_above_each_other() -> None:
    articles = [*days(5), article(7, "2021-12-03")]
    dots = links(draw(articles, (), 900).svg, "dot")
    place = {dot.attrib["data-article"]: (float(dot[1].attrib["cx"]), float(dot[1].attrib["cy"])) for dot in dots}
    across = [place[one.path][0] for one in articles[:5]]
    assert across == sorted(set(across))
    assert place["0007.txt"][0] == place["0002.txt"][0]
    assert place["0007.txt"][1] < place["0002.txt"][1]


def test_shared_accounts_have_colours_and_single_ones_a_quiet_one() -> None:
    articles = days(30)
    paths = [one.path for one in articles]
    groups = [tuple(paths[:4]), *((paths[n], paths[n + 1]) for n in range(4, 24, 2)), *((one,) for one in paths[24:])]
    picture = draw(articles, groups, 900)
    classes = Counter(dot.attrib["class"] for dot in links(picture.svg, "dot"))
    assert classes["dot account-1"] == 4
    assert classes["dot account-0"] == picture.alone == 6
    assert {f"dot account-{n}" for n in range(9)} == set(classes)
    assert [key.account for key in picture.legend] == list(range(1, 9))
    assert sum(key.articles for key in picture.legend) == 24
    assert picture.legend[0].told == "one account: “Title 0”"
    assert picture.legend[-1].told == "in 4 more accounts"


def test_a_group_whose_other_articles_are_gone_is_no_shared_account() -> None:
    picture = draw(days(2), [("0000.txt", "gone.txt"), ("0001.txt",)], 900)
    assert (picture.legend, picture.alone) == ((), 2)


def test_too_many_articles_become_bars_that_name_their_days_and_count_them() -> None:
    articles = [article(n, str(date(2021, 1, 1) + timedelta(days=n % 400))) for n in range(MOST_DOTS + 1)]
    picture = draw([*articles, article(9999, None)], (), 900)
    bars = links(picture.svg, "bar")
    assert not picture.dots
    assert not links(picture.svg, "dot")
    assert sum(int(bar.attrib["aria-label"].split(": ")[1].split()[0]) for bar in bars) == len(articles) + 1
    assert bars[0].attrib["data-since"] <= "2021-01-01" <= bars[0].attrib["data-until"]
    assert bars[-1].attrib["data-undated"] == "true"


def test_a_few_far_earlier_articles_stand_aside_and_leave_the_axis_to_the_others() -> None:
    articles = [article(0, "1998-02-03"), *days(40)[1:]]
    dots = {dot.attrib["data-article"]: dot for dot in links(draw(articles, (), 900).svg, "dot")}
    left = [float(dots[f"{n:04}.txt"][0].attrib["cx"]) for n in (0, 1, 39)]
    assert left[0] < 100 < left[1] < 200
    assert left[2] > 800
    assert draw([article(0, "1998-02-03"), *days(5)[1:]], (), 900).svg.count("earlier") == 0


def test_no_word_of_an_article_is_markup_and_the_picture_stays_well_formed() -> None:
    articles = [
        Dated(f"a\n<b>\"'&{HOSTILE}.txt", HOSTILE, HOSTILE, "2021-12-09"),
        article(1, "no date at all", HOSTILE),
    ]
    picture = draw(articles, [tuple(one.path for one in articles)], 900)
    root = ElementTree.fromstring(picture.svg)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {"svg", "g", "a", "circle", "path", "text"}
    assert not any(name.startswith("on") for one in root.iter() for name in one.attrib)
    assert "\n" in links(picture.svg, "dot")[0].attrib["data-article"]


@pytest.mark.parametrize(
    ("articles", "about"),
    [
        ([], "No article is indexed yet"),
        ([article(1, None)], "None of them has a date"),
        ([article(1, "2021-12-09")], "9 December 2021"),
        ([article(1, "2021-12-09"), article(2, "2021-12-11")], "9–11 December 2021"),
        ([article(1, "2021-11-09"), article(2, "2021-12-11")], "9 November – 11 December 2021"),
        ([article(1, "2021-12-09"), article(2, None)], "1 of 9 December 2021, 1 without a date"),
    ],
)
def test_what_it_is_about_is_said_in_a_line(articles: list[Dated], about: str) -> None:
    picture = draw(articles, (), 900)
    assert picture.about == about
    ElementTree.fromstring(picture.svg)


DATES = st.one_of(st.none(), st.dates().map(str), st.dates(date(2021, 1, 1), date(2022, 1, 1)).map(str))


@few(150)
@given(st.lists(DATES, max_size=60), st.integers(0, 2_000))
def test_whatever_the_dates_every_article_is_within_the_picture_and_once(dates: list[str | None], width: int) -> None:
    articles = [article(n, published) for n, published in enumerate(dates)]
    picture = draw(articles, (), width)
    root = ElementTree.fromstring(picture.svg)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    marks = [one for one in root.iter() if one.attrib.get("class", "").startswith("mark")]
    if picture.dots:
        assert sorted(dot.attrib["data-article"] for dot in links(picture.svg, "dot")) == [
            one.path for one in articles
        ]
        assert len({(one.attrib["cx"], one.attrib["cy"]) for one in marks}) == len(articles)
    for one in marks:
        x, y = (float(one.attrib.get(f"c{axis}", one.attrib.get(axis, "nan"))) for axis in "xy")
        assert 0 <= x <= wide
        assert 0 <= y <= high


@few(150)
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 40_000), st.integers(200, 1_500))
def test_bins_follow_each_other_hold_both_ends_and_few_are_labelled(first: date, more: int, width: int) -> None:
    last = min(first + timedelta(days=more), date(2150, 1, 1))
    spans = padded(bins(first, last, width))
    assert spans[0].first <= first
    assert last <= spans[-1].last
    assert all(one.last + timedelta(days=1) == other.first for one, other in pairwise(spans))
    labels = ticks(spans, width)
    assert 1 <= len(labels) <= max(2, width / 58 + 1)
    assert labels[0][2] or labels[0][1].isdigit()
