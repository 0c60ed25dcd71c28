"""The page that links in mails lead to, as it is served."""

import base64
import hashlib
import re

ALLOWED = re.compile(r"(script|style)-src '(sha256-[^']+)'")


def test_the_page_runs_its_own_script_and_style_and_nothing_else(anyone):
    answer = anyone.get("/")

    policy = answer.headers["Content-Security-Policy"]
    assert (200, "text/html; charset=utf-8") == (answer.status_code, answer.headers["Content-Type"])
    inline = {
        kind: f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
        for kind, text in re.findall(r"<(script|style)>(.*?)</\1>", answer.text, re.DOTALL)
    }
    assert {"script", "style"} == set(inline)
    assert inline == dict(ALLOWED.findall(policy))
    assert all(rule in policy for rule in ("default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"))
    assert not re.findall(r"(?:src|srcset|action)=|https?:|url\(|@import|\bon\w+=", answer.text)
    assert "no-referrer" == answer.headers["Referrer-Policy"]


def test_the_page_is_asked_for_again_with_its_tag(anyone):
    first = anyone.get("/")

    assert 304 == anyone.get("/", headers={"If-None-Match": first.headers["ETag"]}).status_code
