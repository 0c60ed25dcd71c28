"""A body that cannot be read, or is of a kind that is not taken, is refused, and nothing is written."""

import gzip

import pytest
from system.refusing import World
from system.steps import assert_problem

pytestmark = pytest.mark.timeout(600)

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=y"


def part(name: str, text: bytes, more: bytes = b"") -> bytes:
    return b'--y\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + more + b"\r\n\r\n" + text + b"\r\n"


NAME = part("name", b"x")
END = b"--y--\r\n"
CASES = {
    "empty": (b"", JSON, 400, None),
    "broken": (b'{"name": ', JSON, 400, None),
    "something_after_the_end": (b'{"name": "x"} {}', JSON, 400, None),
    "comment": (b'{"name": "x" /* y */}', JSON, 400, None),
    "single_quotes": (b"{'name': 'x'}", JSON, 400, None),
    "trailing_comma": (b'{"name": "x",}', JSON, 400, None),
    "raw_line_feed_in_text": (b'{"name": "x\ny"}', JSON, 400, None),
    "not_a_number": (b'{"name": "x", "budget": NaN}', JSON, 400, None),
    "infinity": (b'{"name": "x", "budget": Infinity}', JSON, 400, None),
    "number_beyond_all": (b'{"name": "x", "budget": 1e999}', JSON, 400, None),
    "number_of_many_digits": (b'{"name": "x", "budget": ' + b"9" * 5_000 + b"}", JSON, 400, None),
    "hexadecimal": (b'{"name": "x", "budget": 0x10}', JSON, 400, None),
    "name_twice": (b'{"name": "x", "name": "y"}', JSON, 400, None),
    "name_twice_within": (b'{"name": {"a": 1, "a": 1}}', JSON, 400, None),
    "name_twice_spelled_otherwise": (b'{"name": "x", "n\\u0061me": "y"}', JSON, 400, None),
    "not_utf8": (b"\xff\xfe", JSON, 400, None),
    "text_not_in_utf8": (b'{"name": "\xff"}', JSON, 400, None),
    "surrogate_in_utf8": (b'{"name": "\xed\xa0\xbd"}', JSON, 400, None),
    "overlong_utf8": (b'{"name": "\xc0\x80"}', JSON, 400, None),
    "utf16": ('{"name": "x"}'.encode("utf-16"), JSON, 400, None),
    "byte_order_mark": (b'\xef\xbb\xbf{"name": "x"}', JSON, 400, None),
    "too_deep": (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", JSON, 400, None),
    "too_deep_objects": (b'{"name": ' * 50_000 + b"1" + b"}" * 50_000, JSON, 400, None),
    "deep": (b'{"name": ' + b"[" * 30 + b"]" * 30 + b"}", JSON, 422, "/name"),
    "list": (b'["name"]', JSON, 422, ""),
    "null": (b"null", JSON, 422, ""),
    "number": (b"7", JSON, 422, ""),
    "text": (b'"name"', JSON, 422, ""),
    "too_large": (b'{"name": "' + b"x" * 1_100_000 + b'"}', JSON, 413, None),
    "xml": (b"<name/>", "application/xml", 415, None),
    "plain_text": (b'{"name": "x"}', "text/plain", 415, None),
    "merge_patch": (b'{"name": "x"}', "application/merge-patch+json", 415, None),
    "no_kind": (b'{"name": "x"}', "", 415, None),
    "kind_that_is_none": (b'{"name": "x"}', ";;;=", 415, None),
    "latin_1": (b'{"name": "\xe9"}', "application/json; charset=latin-1", 415, None),
    "form_not_in_utf8": (b"name=%ff", FORM, 400, None),
    "form_of_bytes": (b"name=\xff", FORM, 400, None),
    "form_with_a_field_twice": (b"name=x&name=y", FORM, 422, "/name"),
    "form_with_a_nul": (b"name=%00", FORM, 422, "/name"),
    "form_with_an_unknown_field": (b"name=x&colour=red", FORM, 422, "/colour"),
    "form_of_too_many_fields": (b"&".join(b"f%d=1" % n for n in range(1_001)), FORM, 400, None),
    "json_called_a_form": (b'{"name": "x"}', FORM, 422, '/{"name": "x"}'),
    "parts_without_an_end": (NAME, MULTIPART, 400, None),
    "parts_that_are_cut_off": (NAME[:20], MULTIPART, 400, None),
    "parts_of_another_boundary": (NAME + END, "multipart/form-data; boundary=z", 400, None),
    "parts_without_a_boundary": (NAME + END, "multipart/form-data", 400, None),
    "parts_with_an_endless_boundary": (NAME + END, "multipart/form-data; boundary=" + "y" * 71, 400, None),
    "part_without_a_name": (b"--y\r\n\r\nx\r\n" + END, MULTIPART, 400, None),
    "part_with_a_broken_header": (b"--y\r\nrubbish\r\n\r\nx\r\n" + END, MULTIPART, 400, None),
    "part_not_in_utf8": (part("name", b"\xff") + END, MULTIPART, 400, None),
    "part_with_a_nul": (part("name", b"\x00") + END, MULTIPART, 422, "/name"),
    "part_that_is_a_file": (part("name", b"x", b'; filename="x.txt"') + END, MULTIPART, 415, None),
    "part_twice": (NAME + NAME + END, MULTIPART, 422, "/name"),
    "part_of_an_unknown_field": (NAME + part("colour", b"red") + END, MULTIPART, 422, "/colour"),
    "too_many_parts": (NAME * 1_001 + END, MULTIPART, 400, None),
    "not_parts_at_all": (b"--x\r\nbroken", MULTIPART, 400, None),
}


CALLS = ("POST /api/projects/", "PATCH /api/projects/{project_id}/")


def test_a_body_that_cannot_be_read_is_refused(world: World):
    def ask(call: str, content: bytes, content_type: str, status: int, pointer: str | None) -> None:
        method, path = call.split()
        answer = world.ann.request(method, world.path(path), data=content, headers={"Content-Type": content_type})
        assert_problem(answer, status, pointer=pointer)

    world.refuses(
        (f"{call} {what}", lambda call=call, case=case: ask(call, *case))
        for call in CALLS
        for what, case in CASES.items()
    )


def test_a_compressed_body_is_refused(world):
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}

    def ask() -> None:
        answer = world.ann.post("/api/projects/", data=gzip.compress(b'{"name": "x"}'), headers=headers)
        assert_problem(answer, 415)

    world.refuses([("a compressed body", ask)])


def test_all_faults_of_a_body_are_told_at_once(world):
    body = assert_problem(world.ann.post("/api/projects/", json={"name": 1, "status": "no", "x": 2}), 422)

    assert {"/name", "/status", "/x"} == {error["pointer"] for error in body["errors"]}
