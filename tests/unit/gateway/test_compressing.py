"""Answers above 1 KB are compressed for whoever takes that, and are then answers of their own."""

import gzip

import brotli
import pytest
import zstandard

from synergy_gateway.compressing import chosen

UNPACK = {
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        pytest.param("", None, id="nothing_said"),
        pytest.param("identity", None, id="as_it_is"),
        pytest.param("gzip, deflate", "gzip", id="the_original_s_clients"),
        pytest.param("gzip, deflate, br, zstd", "zstd", id="browsers"),
        pytest.param("gzip, br", "br", id="the_best_first"),
        pytest.param("br;q=0.5, gzip;q=0.8", "gzip", id="the_most_welcome"),
        pytest.param("gzip;q=0", None, id="not_wanted"),
        pytest.param("*;q=0", None, id="nothing_wanted"),
        pytest.param("*", "zstd", id="anything"),
        pytest.param("identity;q=1, gzip;q=0.5", None, id="rather_as_it_is"),
        pytest.param("gzip;q=nonsense, GZIP ; q=1.000", "gzip", id="what_cannot_be_read_is_passed_over"),
        pytest.param(",,;=;" * 50, None, id="rubbish"),
    ],
)
def test_the_coding_is_the_best_of_those_that_are_welcome(accepted: str, coding: str | None) -> None:
    assert coding == chosen(accepted)


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_a_compressed_answer_is_the_same_with_an_etag_of_its_own(anyone, coding):
    with anyone.stream("GET", "/problems/", headers={"Accept-Encoding": "identity"}) as answer:
        plain = answer.read()
        assert "Content-Encoding" not in answer.headers
        assert "Accept-Encoding" in answer.headers["Vary"]
    with anyone.stream("GET", "/problems/", headers={"Accept-Encoding": coding}) as answer:
        packed = b"".join(answer.iter_raw())
    assert plain == UNPACK[coding](packed)
    assert len(packed) == int(answer.headers["Content-Length"]) < len(plain) / 2
    assert coding == answer.headers["Content-Encoding"]
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_what_was_compressed_is_known_again_by_its_own_etag(ann, neighbours):
    neighbours.answers["projects.read_project"] = {"id": 3, "version": 4, "description": "long " * 500}
    first = ann.get("/api/projects/3/", headers={"Accept-Encoding": "gzip"})
    assert first.headers["ETag"].endswith('-gzip"')

    again = ann.get("/api/projects/3/", headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (304, first.headers["ETag"]) == (again.status_code, again.headers["ETag"])
    plain = ann.get("/api/projects/3/", headers={"Accept-Encoding": "identity"})
    assert first.headers["ETag"] == plain.headers["ETag"][:-1] + '-gzip"'
    other = ann.get("/api/projects/3/", headers={"Accept-Encoding": "br", "If-None-Match": plain.headers["ETag"]})
    assert (304, plain.headers["ETag"]) == (other.status_code, other.headers["ETag"])


def test_small_answers_and_those_with_secrets_go_as_they_are(ann, neighbours):
    neighbours.answers["projects.read_project"] = {"id": 3, "version": 4}
    neighbours.answers["auth.read_profile"] = {"id": 7, "bio": "long " * 500}
    for path in ("/api/projects/3/", "/api/auth/user/"):
        answer = ann.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers


def test_head_tells_the_headers_of_the_compressed_answer(anyone):
    asked = {"Accept-Encoding": "gzip"}
    head, get = anyone.head("/problems/", headers=asked), anyone.get("/problems/", headers=asked)

    assert b"" == head.content
    for name in ("Content-Length", "Content-Encoding", "Vary"):
        assert get.headers[name] == head.headers[name]
