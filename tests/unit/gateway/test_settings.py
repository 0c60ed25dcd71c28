"""The environment: what is read, and what is said when it is wrong."""

import pytest

from synergy_chassis.environment import MissingSetting
from synergy_gateway.settings import Settings

NEEDED = {"GATEWAY_AMQP_URL": "amqp://broker", "REDIS_URL": "redis://cache"}


@pytest.mark.parametrize(
    ("env", "public_url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"PORT": "9000"}, "http://127.0.0.1:9000"),
        ({"HOST": "0.0.0.0"}, "http://127.0.0.1:8000"),
        ({"HOST": "::1"}, "http://[::1]:8000"),
        ({"PUBLIC_URL": "https://projects.example.com/"}, "https://projects.example.com"),
    ],
)
def test_links_begin_with_the_public_address(env, public_url):
    assert public_url == Settings.from_env(NEEDED | env).public_url


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"GATEWAY_AMQP_URL": ""}, "GATEWAY_AMQP_URL"),
        ({"REDIS_URL": ""}, "REDIS_URL"),
        ({"PORT": "http"}, "PORT"),
        ({"PUBLIC_URL": "projects.example.com"}, "PUBLIC_URL"),
        ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES"),
        ({"GATEWAY_WORKERS": "0"}, "GATEWAY_WORKERS"),
        ({"CACHE_MB": "-1"}, "CACHE_MB"),
        ({"CACHE_MB": "much"}, "CACHE_MB"),
        ({"RATE_USER": "many"}, "RATE_USER"),
        ({"RATE_ANON": "20"}, "RATE_ANON"),
        ({"ALLOWED_HOSTS": "https://example.com"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*.example.com"}, "ALLOWED_HOSTS"),
        ({"CORS_ALLOWED_ORIGINS": "*"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "null"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://*.example.com"}, "CORS_ALLOWED_ORIGINS"),
        ({"CORS_ALLOWED_ORIGINS": "https://example.com/app"}, "CORS_ALLOWED_ORIGINS"),
    ],
)
def test_a_wrong_setting_is_named(env, name):
    with pytest.raises(MissingSetting, match=name):
        Settings.from_env(NEEDED | env)


def test_proxies_are_addresses_and_networks():
    settings = Settings.from_env(NEEDED | {"TRUSTED_PROXIES": "10.1.2.3/8, fd00::1"})

    assert ["10.0.0.0/8", "fd00::1/128"] == [str(network) for network in settings.trusted_proxies]


def test_the_public_address_is_an_allowed_host_wherever_some_are_listed():
    public = NEEDED | {"PUBLIC_URL": "https://Projects.example.com:8443"}

    assert Settings.from_env(public).allowed_hosts == ()
    assert Settings.from_env(public | {"ALLOWED_HOSTS": "localhost, .b.example"}).allowed_hosts == (
        "localhost", ".b.example", "projects.example.com",
    )  # fmt: skip


def test_origins_are_a_list():
    settings = Settings.from_env(NEEDED | {"CORS_ALLOWED_ORIGINS": "http://localhost:3000, https://App.example.com"})

    assert settings.cors_origins == ("http://localhost:3000", "https://app.example.com")


def test_memory_for_answers_is_in_megabytes_and_may_be_none():
    told = [Settings.from_env(NEEDED | env).cache_bytes for env in ({}, {"CACHE_MB": "1"}, {"CACHE_MB": "0"})]

    assert [64 * 2**20, 2**20, 0] == told
