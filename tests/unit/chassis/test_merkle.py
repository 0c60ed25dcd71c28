"""The tree of a seal is that of RFC 6962: known values, and what no tree may confuse."""

from hashlib import sha256

import pytest

from synergy_chassis.seals.merkle import leaf, root

INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The vectors of Certificate Transparency's own tests, after one leaf, two, …"""


@pytest.mark.parametrize("size", range(1, 9))
def test_the_root_is_that_of_the_rfc(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(given)).digest() for given in INPUTS[:size]]
    assert root(leaves).hex() == ROOTS[size - 1]


def test_without_leaves_it_is_the_hash_of_nothing() -> None:
    assert root([]) == sha256(b"").digest()


@pytest.mark.parametrize(
    "other",
    [
        pytest.param((8, "thing-1", 1, bytes(32)), id="position"),
        pytest.param((7, "thing-2", 1, bytes(32)), id="stream"),
        pytest.param((7, "thing-1", 2, bytes(32)), id="version"),
        pytest.param((7, "thing-1", 1, b"\1" * 32), id="hash"),
    ],
)
def test_a_leaf_is_of_one_event_at_one_place(other: tuple[int, str, int, bytes]) -> None:
    assert leaf(7, "thing-1", 1, bytes(32)) != leaf(*other)


def test_a_node_is_never_a_leaf() -> None:
    two = [leaf(1, "a", 1, bytes(32)), leaf(2, "a", 2, bytes(32))]
    assert root(two) != sha256(b"\x00" + b"".join(two)).digest()
