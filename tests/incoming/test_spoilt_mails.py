"""Whatever comes in has an outcome: malformed, forged, huge, in odd charsets, nested, encrypted, or no mail at all."""

# ruff: noqa: E501 - mails stand here as they come in

from __future__ import annotations

import base64
import quopri
import time

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.core.db import db
from forum.incoming import opening
from forum.photos.models import Photo
from tests.incoming.conftest import Asked, letter, posts, receive, sent
from tests.photos.conftest import drawn, encoded

HEAD = b"From: alice@example.org\r\nMessage-ID: <%d@x>\r\n"
PLAIN = b"Content-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s"


def nested(levels: int, inner: bytes) -> bytes:
    """Parts within parts."""
    for number in range(levels):
        mark = b"b%d" % number
        inner = (
            b'Content-Type: multipart/mixed; boundary="' + mark + b'"\r\n\r\n--' + mark + b"\r\n" + inner
            + b"\r\n--" + mark + b"--\r\n"
        )  # fmt: skip
    return inner


def with_parts(kind: bytes, *parts: bytes) -> bytes:
    """A multipart message's headers and body."""
    body = b"".join(b"--m\r\n" + part + b"\r\n" for part in parts)
    return b"Content-Type: multipart/" + kind + b'; boundary="m"\r\n\r\n' + body + b"--m--\r\n"


HELLO = PLAIN % (b"utf-8", b"8bit", "Caffè è pronto.".encode())
# What is posted of each: its words, or None when it is refused as empty.
CORPUS: dict[str, tuple[bytes, str | None]] = {
    "plain": (HELLO, "Caffè è pronto."),
    "latin-1 that says utf-8": (PLAIN % (b"utf-8", b"8bit", "Caffè".encode("latin-1")), "Caffè"),
    "windows-1252": (PLAIN % (b"windows-1252", b"8bit", "“Caffè” – 5 €".encode("cp1252")), "“Caffè” – 5 €"),
    "iso-2022-jp": (PLAIN % (b"iso-2022-jp", b"7bit", "こんにちは".encode("iso-2022-jp")), "こんにちは"),
    "koi8-r": (PLAIN % (b"koi8-r", b"8bit", "Здравствуйте".encode("koi8-r")), "Здравствуйте"),
    "gb18030": (PLAIN % (b"gb18030", b"base64", base64.b64encode("你好".encode("gb18030"))), "你好"),
    "utf-16": (PLAIN % (b"utf-16", b"base64", base64.b64encode("Caffè".encode("utf-16"))), "Caffè"),
    "no such charset": (PLAIN % (b"x-klingon", b"8bit", "Caffè".encode()), "Caffè"),
    "a codec that is no charset": (PLAIN % (b"zlib_codec", b"8bit", b"Hello."), "Hello."),
    "punycode": (PLAIN % (b"punycode", b"8bit", b"Hello-"), "Hello-"),
    "quoted-printable": (PLAIN % (b"utf-8", b"quoted-printable", quopri.encodestring("Caffè".encode())), "Caffè"),
    "spoilt quoted-printable": (PLAIN % (b"utf-8", b"quoted-printable", b"Caff=C3=A8 =ZZ ="), "Caffè =ZZ"),
    "spoilt base64": (PLAIN % (b"utf-8", b"base64", base64.b64encode(b"Hello there.") + b"=!x"), "Hello there."),
    "no such encoding": (PLAIN % (b"utf-8", b"x-rot13", b"Hello."), "Hello."),
    "NUL and controls": (PLAIN % (b"utf-8", b"8bit", b"Hel\0lo\x07 \x1b[31m" + "\u202eab\ufeff".encode()), "Hello [31mab"),
    "flowed": (
        b"Content-Type: text/plain; format=flowed\r\n\r\nOne line \r\nthat went on. \r\n\r\nAnother.\r\n-- \r\nAlice\r\n",
        "One line that went on.\n\nAnother.",
    ),
    "alternative": (with_parts(b"alternative", HELLO, b"Content-Type: text/html\r\n\r\n<p>No.</p>"), "Caffè è pronto."),
    "html alone": (b"Content-Type: text/html\r\n\r\n<p>Hello <b>there</b>.</p><script>x</script>", "Hello **there**."),
    "an empty text, then html": (
        with_parts(b"alternative", PLAIN % (b"utf-8", b"7bit", b"  "), b"Content-Type: text/html\r\n\r\n<p>Yes.</p>"),
        "Yes.",
    ),
    "signed": (with_parts(b"signed", HELLO, b"Content-Type: application/pgp-signature\r\n\r\nxx"), "Caffè è pronto."),
    "encrypted": (with_parts(b"encrypted", b"Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1", HELLO), None),
    "S/MIME": (b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\r\n\r\nMIIB", None),
    "TNEF": (with_parts(b"mixed", b"Content-Type: application/ms-tnef; name=winmail.dat\r\n\r\nxx"), None),
    "TNEF beside words": (with_parts(b"mixed", HELLO, b"Content-Type: application/ms-tnef\r\n\r\nxx"), "Caffè è pronto."),
    "a forwarded mail": (with_parts(b"mixed", HELLO, b"Content-Type: message/rfc822\r\n\r\nFrom: x\r\n\r\nTheirs."), "Caffè è pronto."),
    "an attached text": (
        with_parts(b"mixed", HELLO, b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nA file."),
        "Caffè è pronto.",
    ),
    "deep": (nested(15, HELLO), "Caffè è pronto."),
    "too deep": (nested(40, HELLO), None),
    "far too deep": (nested(3_000, HELLO), None),
    "no end": (b'Content-Type: multipart/mixed; boundary="m"\r\n\r\n--m\r\n' + HELLO, "Caffè è pronto."),
    "no boundary": (b"Content-Type: multipart/mixed\r\n\r\nHello.", None),
    "a spoilt type": (b"Content-Type: ;;/=\"\xff; charset\r\n\r\nHello.", "Hello."),
    "a spoilt disposition": (b"Content-Disposition: \xff;;;=\"\r\n\r\nHello.", "Hello."),
    "dates of nonsense": (b"Date: 99 Foo -1 25:61 +9999\r\nSubject: =?utf-8?q?=ZZ?=\r\n\r\nHello.", "Hello."),
    "10,000 recipients": (b"To: " + b", ".join(b"p%d@x.example" % n for n in range(10_000)) + b"\r\n\r\nHello.", "Hello."),
    "1,000 recipients": (b"To: " + b",\r\n ".join(b"p%d@x.example" % n for n in range(1_000)) + b"\r\n\r\nHello.", "Hello."),
    "a header bomb": (b"X-Bomb: x\r\n" * 100_000 + b"\r\nHello.", None),
    "a long header": (b"Subject: " + b"(" * 150_000 + b"\r\n\r\nHello.", "Hello."),
    "a long type": (b"Content-Type: text/plain; " + b"a*0=x; " * 20_000 + b"\r\n\r\nHello.", "Hello."),
    "many parts": (with_parts(b"mixed", *[b"Content-Type: text/plain\r\n\r\n" + b"x"] * 5_000), None),
    "no header ends": (b"x" * 50_000, None),
    "bare line feeds": (b"\n\nHello.", "Hello."),
    "empty": (b"\r\n", None),
}  # fmt: skip


def test_each_has_an_outcome(app: Flask, asked: Asked) -> None:
    wrong = []
    limit = app.extensions["settings"].mail_in_hourly
    for number, (name, (body, words)) in enumerate(CORPUS.items()):
        if number % limit == 0:
            app.extensions["throttle"].forget(_key(app, asked))
        begun = time.process_time()
        raw = HEAD % number + body
        outcome = receive(raw, asked.address)
        seconds = time.process_time() - begun
        shown = {post.id: post.source for post in posts()}.get(outcome.contribution_id or 0)
        if shown != words or (outcome.what == "posted") != (words is not None) or seconds > 5:
            wrong.append(f"{name}: {outcome} {shown!r:.80} after {seconds:.1f} s")
    assert not wrong, "\n".join(wrong)


def _key(app: Flask, _asked: Asked) -> str:
    from forum.accounts.models import Member
    from forum.core.throttle import key_for

    db.session.rollback()
    alice = db.session.query(Member).filter_by(email="alice@example.org").one()
    return key_for(str(app.config["SECRET_KEY"]), "mail-in", str(alice.id))


@pytest.mark.sqlite
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from([
        b"From: ", b"alice@example.org", b"\r\n", b"\r\n\r\n", b"\n", b"Content-Type: ", b"multipart/mixed; boundary=m",
        b"text/html", b"; charset=", b"--m", b"--m--", b"Message-ID: ", b"<x@y>", b"Subject: ", b"=?utf-8?b?", b"?=", b"\0",
        b"\xff\xfe", b"Content-Transfer-Encoding: base64", b"message/rfc822", b"message/delivery-status", b"Precedence: ",
        b"(", b'"', b",", b";", b":", b"<", b">", b"[", b"=", b"*0*=", b"%", b"Date: ", b"To: ", b"Group: ", b"\t",
    ]), max_size=60).map(b"".join),
))  # fmt: skip
def test_no_bytes_raise(app: Flask, raw: bytes) -> None:
    mail = opening.opened(raw, envelope_to="reply+1-x@in.example.org", envelope_from="x@y.example")
    assert "\0" not in mail.text + mail.subject
    from forum.incoming import returned

    returned.read(raw)


def test_pictures_go_on_the_post_and_wait_for_her(app: Flask, asked: Asked) -> None:
    def image(data: bytes, name: bytes = b"hook.jpg") -> bytes:
        return (
            b"Content-Type: image/jpeg; name=" + name + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + base64.encodebytes(data)
        )  # fmt: skip

    photo = encoded(drawn(1200, 900))
    raw = HEAD % 1 + with_parts(b"mixed", HELLO, image(photo), image(b"\xff\xd8" + b"x" * 90), image(b"no" * 9_000))
    outcome = receive(raw, asked.address)
    assert (outcome.what, outcome.why) == ("posted", "pictures")
    db.session.rollback()
    (kept,) = db.session.query(Photo).all()
    assert (kept.on_id, kept.status) == (outcome.contribution_id, "draft")
    assert "Your pictures wait for you" in sent(app)[0].get_body(("plain",)).get_content()
    # Of what isn't posted no file is left.
    stored = {path for path in (app.extensions["settings"].data_dir / "media").rglob("*") if path.is_file()}
    refused = HEAD.replace(b"alice", b"mallory") % 2 + with_parts(b"mixed", HELLO, image(photo))
    assert receive(refused, asked.address).what == "refused"
    assert {path for path in (app.extensions["settings"].data_dir / "media").rglob("*") if path.is_file()} == stored


def test_without_a_from_or_with_two_it_is_nobody_s(asked: Asked) -> None:
    assert receive(b"Message-ID: <1@x>\r\n\r\nHello.", asked.address).why == "foreign"
    two = b"From: alice@example.org\r\nFrom: mallory@example.com\r\nMessage-ID: <2@x>\r\n\r\nHello."
    assert receive(two, asked.address).why == "foreign"
    assert receive(letter(sender="ALICE@Example.ORG", message_id="<3@x>"), asked.address).what == "posted"
