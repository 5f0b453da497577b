"""The file of users: what it may hold, what is said of what it may not, and that it is read again."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from pathlib import Path

import bcrypt
import cheap
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import SettingsError
from ui.server import passwords, users
from ui.server.passwords import hashed, is_right
from ui.server.users import Users, UsersFile, line_for, readable_by_others, users_from

SALT = "c29tZXNhbHRzb21lc2FsdA"
HASH = "QvdFYZ2M1ZKdLXBVDqwSsYk7JBpe4TQRqcDmwQLeFm4"


def written(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines), "utf-8")
    return file


def test_a_file_may_have_argon2_and_bcrypt_hashes_and_comments(tmp_path: Path) -> None:
    password = "pass:with:colons"
    b = bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode()
    lines = [f"b{prefix}:{b.replace('$2b$', f'${prefix}$')}" for prefix in ("2a", "2b", "2y")]
    argon2 = cheap.Argon2Hasher(1, 8, 1, type=cheap.argon2_i()).hash(password)
    file = written(tmp_path / "users", "\ufeff# who may ask", "", f"  Zoë:{cheap.argon2(password)}\r", *lines)
    with file.open("a") as more:
        more.write(f"\ni:{argon2}")
    people = users_from(file)
    assert len(people) == 5
    for name in ("Zoë", "Zoe\u0308", "b2a", "b2b", "b2y", "i"):
        assert people.right(name, password), name
        assert not people.right(name, password + "x")
    assert not people.right("eve", password)
    assert not people.right("b2b", b)  # the hash itself


def test_what_htpasswd_makes_is_taken(tmp_path: Path) -> None:
    """Lines as Apache's htpasswd -nbB printed them."""
    file = written(
        tmp_path / "users", "ann:$2y$05$" + bcrypt.hashpw(b"correct horse", bcrypt.gensalt(5)).decode()[7:]
    )
    assert users_from(file).right("ann", "correct horse")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ann", "line 1 of {} is not of the form name:hash"),
        ("# all\n:secret horse", "line 2 of {} is not of the form"),
        ("ann:", "line 1 of {} has no argon2 or bcrypt hash after the name"),
        ("ann:secret horse", "line 1 of {} has no argon2 or bcrypt hash after the name, and a password in plain"),
        ("ann:scrypt$15$8$3$c2VjcmV0$c2VjcmV0", "line 1 of {} has a hash of an earlier Byline: make the line anew"),
        ("ann:$apr1$secret$secrethorse", "line 1 of {} has an MD5 hash of htpasswd"),
        ("ann:{SHA}secret=", "line 1 of {} has a hash that is neither argon2's nor bcrypt's"),
        ("ann:$6$secret$horse", "line 1 of {} has a hash that is neither argon2's nor bcrypt's"),
        ("ann:$1$secret$horse", "line 1 of {} has a hash that is neither argon2's nor bcrypt's"),
        ("ann:rqXexS6ZhobKA", "line 1 of {} has no argon2 or bcrypt hash"),  # crypt's, as plain as a password
        ("ann:$2b$12$secret", "line 1 of {} has a damaged bcrypt hash"),
        ("ann:$2x$05$" + "a" * 53, "line 1 of {} has a damaged bcrypt hash"),
        ("ann:$2b$03$" + "a" * 21 + "." + "a" * 30 + ".", "line 1 of {} has a damaged bcrypt hash"),
        ("ann:$2b$15$" + "a" * 21 + "." + "a" * 30 + ".", "line 1 of {} has a hash that takes more than 2 seconds"),
        ("ann:$2b$99$" + "a" * 21 + "." + "a" * 30 + ".", "line 1 of {} has a hash that takes more than 2 seconds"),
        ("ann:$argon2id$v=19$m=65536,t=3,p=4$secret", "line 1 of {} has a damaged argon2 hash"),
        (f"ann:$argon2id$v=16$m=65536,t=3,p=4${SALT}${HASH}", "line 1 of {} has a damaged argon2 hash"),
        (f"ann:$argon2id$v=19$m=65536,t=3,p=4${SALT}${HASH}AA", "line 1 of {} has a damaged argon2 hash"),
        (f"ann:$argon2id$v=19$m=8,t=1,p=4${SALT}${HASH}", "line 1 of {} has a damaged argon2 hash"),
        (f"ann:$argon2id$v=19$m=300000,t=1,p=4${SALT}${HASH}", "line 1 of {} has a hash that takes more than 256 MB"),
        (f"ann:$argon2id$v=19$m=65536,t=99,p=4${SALT}${HASH}", "line 1 of {} has a hash that takes more than 2 sec"),
        ("ann:secret\x00horse", "line 1 of {} has a name or a hash that is too long or has unprintable"),
        ("ann:" + "secret" * 40, "line 1 of {} has a name or a hash that is too long"),
        ("{ann}\nann:{ann}", "line 2 of {} has the user of line 1 again"),
        ("# nobody\n", "{} names no user"),
        ("", "{} names no user"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_without_the_password(tmp_path: Path, text: str, said: str) -> None:
    good = cheap.argon2("secret horse")
    file = written(tmp_path / "users", text.replace("{ann}", f"ann:{good}", 1).replace("{ann}", good))
    with pytest.raises(SettingsError) as error:
        users_from(file)
    assert str(error.value).startswith(said.format(file))
    assert not re.search("secret|horse|rqXex", str(error.value).replace(str(file), ""))


def test_hashes_that_together_take_too_long_are_refused(tmp_path: Path) -> None:
    kinds = [cheap.Argon2Hasher(passes, 8, 1).hash("correct horse") for passes in range(1, 6)]
    few = [f"user{number}:{hash}" for number, hash in enumerate(kinds)]
    assert len(users_from(written(tmp_path / "users", *few[:4]))) == 4
    with pytest.raises(SettingsError, match="has hashes of 5 kinds and costs, too many to check"):
        users_from(written(tmp_path / "users", *few))
    slow = "$2b$14$" + "a" * 21 + "." + "a" * 30 + "."
    both = (f"ann:{slow}", f"bob:$argon2id$v=19$m=262144,t=4,p=4${SALT}${HASH}")
    assert len(users_from(written(tmp_path / "users", both[0]))) == 1
    with pytest.raises(SettingsError, match="2 kinds and costs"):
        users_from(written(tmp_path / "users", *both))


def test_a_file_that_is_too_large_is_an_error_and_not_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = f"ann:{cheap.argon2('correct horse')}\n"
    file = tmp_path / "users"
    file.write_text(ann + "#" * (users.MOST_BYTES - len(ann)))
    assert len(users_from(file)) == 1
    file.write_text(ann + "#" * (users.MOST_BYTES - len(ann) + 1))
    with pytest.raises(SettingsError, match="is larger than 1 MB"):
        users_from(file)
    monkeypatch.setattr(users, "MOST_USERS", 1)
    with pytest.raises(SettingsError, match="has more than 1 users"):
        users_from(written(file, ann, ann.replace("ann", "bob")))


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"cannot read the users in .*none\.txt: No such file"):
        users_from(tmp_path / "none.txt")
    with pytest.raises(SettingsError, match=r"cannot read the users in .* it is not a file"):
        users_from(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(SettingsError, match="it is not a file"):
        users_from(tmp_path / "pipe")
    (tmp_path / "latin").write_bytes(b"zo\xeb:password1")
    with pytest.raises(SettingsError, match="latin is not UTF-8"):
        users_from(tmp_path / "latin")


SCHEMES = ["$2a$", "$2b$05$", "$2y$", "$argon2id$v=19$m=8,t=1,p=1$", "$argon2d$", "scrypt$", "$apr1$", "{SHA}", ""]
LINES = st.one_of(
    st.text(max_size=60),
    st.builds("{}:{}{}".format, st.sampled_from("abc"), st.sampled_from(SCHEMES), st.text(max_size=60)),
    st.builds("{}:{}".format, st.sampled_from("abc"), st.sampled_from([cheap.argon2("p"), cheap.htpasswd("p")])),
)


@settings(max_examples=100, deadline=None)
@example(b"ann:$argon2id$v=19$m=8,t=1,p=1$$")
@given(st.one_of(st.binary(max_size=200), st.lists(LINES, max_size=4).map(lambda lines: "\n".join(lines).encode())))
def test_whatever_a_file_holds_it_is_read_or_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    file = tmp_path_factory.getbasetemp() / "any-users"
    file.write_bytes(data)
    try:
        people = users_from(file)
    except SettingsError as error:
        said = str(error).replace(str(file), "")
        assert "\n" not in said
        for line in data.decode("utf-8", "replace").split("\n"):
            secret = line.strip().partition(":")[2]
            assert len(secret) < 12 or secret not in said
    else:
        for name, hash in people._hashes.items():
            assert people.right(name, "p") == is_right("p", hash)
            assert not people.right(name, hash)


@settings(max_examples=60, deadline=None)
@example("x" * 72, "x" * 73, "bcrypt")
@example("x" * 73, "x" * 74, "bcrypt")
@example("abcdefgh", "abcdefgh\0abcdefgh", "bcrypt")
@example("cafe\u0301 noir", "cafe noir", "argon2")  # as some keyboards type it
@given(st.text(min_size=1, max_size=90), st.text(max_size=90), st.sampled_from(["argon2", "bcrypt"]))
def test_a_user_comes_in_by_his_password_and_no_other(password: str, other: str, kind: str) -> None:
    if kind == "bcrypt" and (len(password.encode("utf-8", "replace")) > 72 or "\0" in password):
        hash = cheap.htpasswd(password.encode("utf-8", "replace")[:72].decode("utf-8", "ignore").replace("\0", "0"))
        right = False
    else:
        hash = (
            cheap.argon2(users.same_name(password)) if kind == "argon2" else cheap.htpasswd(users.same_name(password))
        )
        right = True
    people = Users({"ann": hash})
    assert people.right("ann", password) == right
    assert not people.right("bob", password)
    if users.same_name(other) != users.same_name(password):
        assert not people.right("ann", other) or not right


@settings(max_examples=20, deadline=None)
@given(st.text(st.characters(exclude_categories=("C", "Z"), include_characters=" "), min_size=8, max_size=40))
def test_a_line_that_was_made_is_read_again(password: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "Argon2Hasher", lambda: cheap.ARGON2)
        name, _, secret = line_for("ann", password).partition(":")
        people = Users({name: secret})
        assert people.right("ann", password)
        assert not people.right("ann", password + "x")


def test_a_hash_is_argon2s_as_pwdlib_recommends_and_never_twice_the_same() -> None:
    first, second = hashed("correct horse"), hashed("correct horse")
    assert first != second
    assert first.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert Users({"ann": first}).right("ann", "correct horse")


@pytest.mark.parametrize("name", ["", "a:b", "# ann", " ann", "a\nb", "a" * 201])
def test_a_name_that_a_line_cannot_have_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="this user has a name"):
        line_for(name, "correct horse")


@pytest.mark.parametrize("password", ["", "short", "x" * 201, "correct\nhorse"])
def test_a_password_that_is_none_is_refused(password: str) -> None:
    with pytest.raises(SettingsError, match="this user has a password"):
        line_for("ann", password)


def test_a_file_that_others_may_read_is_told_from_one_that_they_may_not(tmp_path: Path) -> None:
    file = written(tmp_path / "users", "ann:x")
    file.chmod(0o600)
    assert not readable_by_others(file)
    file.chmod(0o640)
    assert readable_by_others(file)


ANN = cheap.argon2("correct horse")
BOB = cheap.argon2("battery staple")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Path:
    monkeypatch.setattr(users, "LOOK_SECONDS", 0.0)
    caplog.set_level(logging.INFO, "byline.passwords")
    return written(tmp_path / "users", f"ann:{ANN}", f"bob:{BOB}")


def test_a_file_is_read_again_when_it_is_written_or_replaced(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    people = UsersFile(file)
    written(file, f"bob:{BOB}")
    assert (people.now().hash_of("ann"), people.now().hash_of("bob")) == (None, BOB)
    written(file.with_name("new"), f"ann:{ANN}").replace(file)
    assert people.now().hash_of("ann") == ANN
    said = [record.getMessage() for record in caplog.records]
    assert said == [f"{file} was read again: 1 users; 1 removed or with a new password"] * 2


def test_two_changes_that_look_the_same_are_both_seen(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file's time is a few milliseconds long, and the second change may leave its size as it was."""
    people = UsersFile(file)
    written(file, f"ann:{ANN}")
    looks_like = users._stamp(file)
    monkeypatch.setattr(users, "_stamp", lambda file: looks_like)
    assert people.now().hash_of("ann") == ANN
    written(file, f"ann:{BOB}")
    assert people.now().hash_of("ann") == BOB


def test_a_change_that_keeps_the_files_time_is_seen(file: Path) -> None:
    people = UsersFile(file)
    long_ago = 1_000_000_000_000_000_000
    for hash in (ANN, BOB):
        written(file, f"ann:{hash}")
        os.utime(file, ns=(long_ago, long_ago))
        assert people.now().hash_of("ann") == hash


@pytest.mark.parametrize("then", ["damaged", "removed", "empty", "closed", "a folder"])
def test_while_the_file_cannot_be_read_the_users_are_those_it_had_and_the_log_says_so_once(
    file: Path, then: str, caplog: pytest.LogCaptureFixture
) -> None:
    people = UsersFile(file)
    if then == "damaged":
        written(file, f"ann:{ANN}", "bob:plain password")
    elif then == "empty":
        written(file, "")
    else:
        file.unlink()
        if then == "a folder":
            file.mkdir()
        if then == "closed":
            file.symlink_to(file)
    for _ in range(3):
        assert (people.now().hash_of("ann"), people.now().hash_of("bob")) == (ANN, BOB)
    said = [record.getMessage() for record in caplog.records]
    assert len(said) == 1, said
    assert said[0].endswith("; until then the users are those it had")
    assert "plain password" not in said[0]
    if file.is_dir():
        file.rmdir()
    file.unlink(missing_ok=True)
    written(file, f"ann:{ANN}", f"bob:{BOB}")
    assert people.now().hash_of("ann") == ANN
    assert len(caplog.records) == 2


def test_a_file_that_stays_as_it_is_is_looked_at_at_most_once_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = UsersFile(written(tmp_path / "users", f"ann:{ANN}"))
    looks: list[Path] = []
    monkeypatch.setattr(users, "_stamp", looks.append)
    for _ in range(1000):
        people.now()
    assert len(looks) <= 2


def test_the_password_is_not_shown_by_what_holds_it() -> None:
    from ui.server.attempts import Attempt

    assert "horse" not in repr(Attempt("ann", "correct horse", "192.0.2.1"))


def test_byline_password_makes_a_line_that_is_read(tmp_path: Path) -> None:
    import sys

    made = subprocess.run(
        [sys.executable, "-m", "ui.cli", "password", "ann"],
        input="correct horse\n", capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert made.stderr == ""
    assert users_from(written(tmp_path / "users", made.stdout)).right("ann", "correct horse")
