"""Passwords that were right a moment ago."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Semaphore

import pytest

from synergy_auth.hashing import Argon2Hashes, RememberedPasswords


class Counted(Argon2Hashes):
    """Counts the work."""

    def __init__(self):
        self.done = 0
        super().__init__(self._count, memory_kib=1024)

    def _count(self, function, *arguments):
        self.done += 1
        return function(*arguments)


class Watch:
    """Time that passes when told to."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def argon2id():
    return Counted()


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def hashes(argon2id, watch):
    return RememberedPasswords(argon2id, lifetime=timedelta(minutes=10), seconds=watch)


def work(argon2id, function, *arguments):
    before = argon2id.done
    return function(*arguments), argon2id.done - before


def test_the_second_login_costs_no_hash(hashes, argon2id):
    stored = hashes.hash("correct horse")

    assert (True, 1) == work(argon2id, hashes.verify, stored, "correct horse")
    assert (True, 0) == work(argon2id, hashes.verify, stored, "correct horse")


def test_a_wrong_password_costs_the_full_hash_each_time_and_is_wrong(hashes, argon2id):
    stored = hashes.hash("correct horse")
    hashes.verify(stored, "correct horse")

    for _ in range(2):
        assert (False, 1) == work(argon2id, hashes.verify, stored, "battery staple")
    assert (True, 0) == work(argon2id, hashes.verify, stored, "correct horse")


def test_without_an_account_the_work_is_the_same_as_for_a_wrong_password(hashes, argon2id):
    hashes.verify(None, "anything")

    assert (False, 1) == work(argon2id, hashes.verify, None, "anything")


def test_after_a_change_the_old_password_is_wrong(hashes, argon2id):
    old = hashes.hash("correct horse")
    hashes.verify(old, "correct horse")
    new = hashes.hash("battery staple")

    assert (False, 1) == work(argon2id, hashes.verify, new, "correct horse")


def test_one_account_s_password_is_not_another_s(hashes):
    anns, bobs = hashes.hash("correct horse"), hashes.hash("battery staple")
    hashes.verify(anns, "correct horse")

    assert not hashes.verify(bobs, "correct horse")


def test_it_is_forgotten_after_its_time(hashes, argon2id, watch):
    stored = hashes.hash("correct horse")
    hashes.verify(stored, "correct horse")

    watch.now = 599
    assert (True, 0) == work(argon2id, hashes.verify, stored, "correct horse")
    watch.now = 600  # use does not prolong it
    assert (True, 1) == work(argon2id, hashes.verify, stored, "correct horse")


def test_with_no_lifetime_nothing_is_remembered(argon2id):
    hashes = RememberedPasswords(argon2id, lifetime=timedelta(0))
    stored = hashes.hash("correct horse")
    hashes.verify(stored, "correct horse")

    assert (True, 1) == work(argon2id, hashes.verify, stored, "correct horse")


def test_the_least_recently_used_are_forgotten_first(argon2id, watch, monkeypatch):
    monkeypatch.setattr("synergy_auth.hashing.remembered.MOST", 2)
    hashes = RememberedPasswords(argon2id, lifetime=timedelta(minutes=10), seconds=watch)
    first, second, third = (hashes.hash(word) for word in ("first word", "second word", "third word"))
    for stored, word in ((first, "first word"), (second, "second word"), (first, "first word"), (third, "third word")):
        hashes.verify(stored, word)

    assert (True, 0) == work(argon2id, hashes.verify, first, "first word")
    assert (True, 1) == work(argon2id, hashes.verify, second, "second word")


def test_what_is_kept_is_not_the_password(hashes):
    stored = hashes.hash("correct horse")
    hashes.verify(stored, "correct horse")

    assert b"correct horse" not in repr(vars(hashes)).encode()


class Slow(Counted):
    """Work that is done when it is told to go on."""

    def __init__(self):
        self.begun, self.go_on = Semaphore(0), Event()
        super().__init__()

    def _count(self, function, *arguments):
        self.begun.release()
        assert self.go_on.wait(10)
        return super()._count(function, *arguments)


@pytest.mark.parametrize(("password", "right"), [("correct horse", True), ("wrong horse", False)])
def test_of_equal_right_passwords_at_one_time_one_is_checked_and_of_wrong_ones_each(password, right):
    slow = Slow()
    stored = Counted().hash("correct horse")
    hashes = RememberedPasswords(slow, lifetime=timedelta(minutes=10))
    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(hashes.verify, stored, password)
        assert slow.begun.acquire(timeout=10)
        others = [pool.submit(hashes.verify, stored, password) for _ in range(3)]
        slow.go_on.set()
        told = [one.result(10) for one in (first, *others)]

    assert [right] * 4 == told
    assert slow.done == 1 if right else slow.done == 4
