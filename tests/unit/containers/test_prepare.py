"""What `make up` writes for the containers."""

import importlib.util
import json
import stat
from pathlib import Path

import pytest

from synergy_operator import broker
from synergy_operator.environments import NotConfigured
from synergy_operator.outside import NAMES as OUTSIDE

SCRIPT = Path(__file__).parents[3] / "infra" / "compose" / "prepare.py"


@pytest.fixture(scope="module")
def preparing():
    spec = importlib.util.spec_from_file_location("compose_prepare", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def files(room: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in room.iterdir() if path.is_file()}


def test_the_second_time_nothing_changes(preparing, tmp_path):
    room = tmp_path / "room"
    preparing.prepare(room, {})
    first = files(room)

    preparing.prepare(room, {})

    assert files(room) == first


def test_secrets_are_their_owner_s_alone(preparing, tmp_path):
    room = tmp_path / "room"
    preparing.prepare(room, {})

    assert stat.S_IMODE(room.stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in room.iterdir() if path.is_file()}
    assert {name for name, mode in modes.items() if mode != 0o600} == {"definitions.json"}
    secrets = json.loads((room / "credentials.json").read_text())
    assert not any(password in (room / "definitions.json").read_text() for password in secrets["broker"].values())


def test_the_broker_s_definitions_fit_the_passwords(preparing, tmp_path):
    room = tmp_path / "room"
    preparing.prepare(room, {})

    document = json.loads((room / "definitions.json").read_text())
    assert {user["name"] for user in document["users"]} == set(broker.USERS)
    assert [vhost["name"] for vhost in document["vhosts"]] == ["synergy"]


def test_settings_reach_the_containers_they_are_for(preparing, tmp_path):
    room = tmp_path / "room"
    preparing.prepare(
        room, {"SECRET_KEY": "k" * 40, "HTTP_PORT": "8080", "PROJECTS_REPLICAS": "3", "ALLOWED_HOSTS": "a.example"}
    )

    written = files(room)
    assert f"SECRET_KEY={'k' * 40}\n" in written["auth.env"]
    assert "SECRET_KEY" not in written["projects.env"] + written["gateway.env"] + written["relay-auth.env"]
    assert "PUBLIC_URL=http://localhost:8080\n" in written["gateway.env"]
    assert "ALLOWED_HOSTS=a.example\n" in written["gateway.env"]
    assert "PROJECTS_REPLICAS=3\n" in written["compose.env"]


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        pytest.param({"TLS_CERTIFICATE": "/nowhere.pem"}, "both", id="a_certificate_without_its_key"),
        pytest.param({"TLS_CERTIFICATE": "/nowhere.pem", "TLS_KEY": "/no.pem"}, "cannot be read", id="a_missing_file"),
        pytest.param({"SECRET_KEY": "a$b"}, "SECRET_KEY holds a sign", id="a_sign_compose_would_read_otherwise"),
        pytest.param({"TRUSTED_PROXIES": "proxy.example"}, "TRUSTED_PROXIES must be addresses", id="a_proxy_s_name"),
    ],
)
def test_a_wrong_setting_is_told(preparing, tmp_path, settings, word):
    with pytest.raises(NotConfigured, match=word):
        preparing.prepare(tmp_path / "room", settings)


@pytest.mark.parametrize("name", [*OUTSIDE, "METRICS_HOST", "METRICS_PORT", "SEALS_FOLDER"])
def test_what_containers_would_pass_over_is_refused_by_name_before_anything_is_written(preparing, tmp_path, name):
    with pytest.raises(NotConfigured, match=f"^{name}: .*Leave this out here"):
        preparing.prepare(tmp_path / "room", {name: "x"})

    assert not (tmp_path / "room").exists()


def test_proxies_before_nginx_are_believed_by_nginx_and_nginx_by_the_gateways(preparing, tmp_path):
    preparing.prepare(
        tmp_path / "room", {"TRUSTED_PROXIES": "192.0.2.7, 198.51.100.1/24", "EDGE_SUBNET": "10.9.0.0/24"}
    )

    written = files(tmp_path / "room")
    assert "TRUSTED_PROXIES=192.0.2.7/32,198.51.100.0/24\n" in written["nginx.env"]
    assert "TRUSTED_PROXIES=10.9.0.0/24\n" in written["gateway.env"]


def test_a_certificate_is_laid_where_nginx_looks_and_goes_again(preparing, tmp_path):
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text("chain")
    key.write_text("key")
    room = tmp_path / "room"

    preparing.prepare(room, {"TLS_CERTIFICATE": str(chain), "TLS_KEY": str(key)})
    placed = sorted(path.name for path in (room / "tls").iterdir())
    with_tls = (room / "nginx.env").read_text()
    preparing.prepare(room, {})

    assert placed == ["certificate.pem", "key.pem"]
    assert "PUBLIC_URL=https://localhost\n" in with_tls
    assert list((room / "tls").iterdir()) == []
