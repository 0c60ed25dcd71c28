"""What the containers may do, what they know, and that what they need is there."""

import re
from typing import Any

import pytest
from compose.stack import OUR_OWN, SCALE, Stack, run, variables

from synergy_operator.outside import POSTGRES

SERVERS = ("postgres", "rabbitmq", "redis", "nginx")


def test_everything_runs_and_is_healthy_with_the_replicas_asked_for(stack: Stack):
    assert stack.unhealthy() == []
    for service in (*OUR_OWN, *SERVERS):
        assert len(stack.containers(service)) == SCALE.get(service, 1), service
    (migrate,) = stack.containers("migrate", ended=True)

    assert (migrate["State"]["Status"], migrate["State"]["ExitCode"]) == ("exited", 0)


def test_only_nginx_publishes_ports(stack: Stack):
    publishing = {c["Name"] for c in stack.containers() if any(c["NetworkSettings"]["Ports"].values())}

    assert publishing == {stack.containers("nginx")[0]["Name"]}


@pytest.mark.parametrize(
    ("service", "first"),
    [
        ("migrate", "postgres"),
        *((service, server) for service in OUR_OWN for server in ("postgres", "rabbitmq")),
        ("gateway", "redis"),
        ("nginx", "gateway"),
    ],
)
def test_a_container_starts_when_what_it_needs_is_healthy(stack: Stack, service: str, first: str):
    assert stack.when(first, "start") < stack.when(first, "health_status: healthy") < stack.when(service, "start")


@pytest.mark.parametrize("service", OUR_OWN)
def test_nothing_of_ours_starts_before_the_stores_are_migrated(stack: Stack, service: str):
    assert stack.when("migrate", "start") < stack.when("migrate", "die", exitCode="0") < stack.when(service, "start")


@pytest.mark.parametrize("service", [*OUR_OWN, *SERVERS, "migrate"])
def test_a_container_is_unprivileged_read_only_and_limited(stack: Stack, service: str):
    containers = stack.containers(service, ended=True)

    assert containers
    for container in containers:
        host = container["HostConfig"]

        assert user_of(stack, container) not in ("", "0", "root")
        assert host["ReadonlyRootfs"]
        assert host["CapDrop"] == ["ALL"]
        assert not host["CapAdd"]
        assert "no-new-privileges:true" in host["SecurityOpt"]
        assert host["Memory"] > 0
        assert host["NanoCpus"] > 0
        assert host["PidsLimit"] > 0
        assert host["Init"]


def user_of(stack: Stack, container: dict[str, Any]) -> str:
    """Whose a container's programs are: the user's number, or for one that has ended the name it was started under."""
    if container["State"]["Running"]:
        return run("docker", "exec", container["Id"], "id", "-u").strip()
    return container["Config"]["User"].partition(":")[0]


def test_each_container_knows_its_own_secrets_and_no_others(stack: Stack):
    everything = (*OUR_OWN, *SERVERS, "migrate")
    told = {service: set(variables(stack.containers(service, ended=True)[0])) for service in everything}
    known = {
        service: {n for n in names if n.endswith(("_URL", "_KEY", "_PASSWORD")) and n != "PUBLIC_URL"}
        for service, names in told.items()
    }

    assert known == {
        "postgres": {"POSTGRES_PASSWORD"},
        "rabbitmq": set(),
        "redis": {"REDIS_PASSWORD"},
        "nginx": set(),
        "gateway": {"GATEWAY_AMQP_URL", "REDIS_URL"},
        "auth": {"AUTH_DATABASE_URL", "AUTH_AMQP_URL", "SECRET_KEY"},
        "projects": {"PROJECTS_DATABASE_URL", "PROJECTS_AMQP_URL"},
        "webhooks": {"WEBHOOKS_DATABASE_URL", "WEBHOOKS_AMQP_URL", "SECRET_KEY"},
        "relay-auth": {"AUTH_DATABASE_URL", "RELAY_AMQP_URL"},
        "relay-projects": {"PROJECTS_DATABASE_URL", "RELAY_AMQP_URL"},
        "relay-webhooks": {"WEBHOOKS_DATABASE_URL", "RELAY_AMQP_URL"},
        "sender": {"WEBHOOKS_DATABASE_URL", "SECRET_KEY"},
        "migrate": {"SETUP_POSTGRES_URL", *POSTGRES},
    }


def test_only_those_who_send_to_others_can_leave_webhooks_and_mail(stack: Stack):
    joined = {service: stack.networks(service) for service in (*OUR_OWN, *SERVERS)}
    inside = {service: {"internal"} for service in joined}

    ways_out = {"sender": {"outside", "internal"}, "auth": {"outside", "internal"}}
    assert joined == inside | {"nginx": {"edge"}, "gateway": {"edge", "internal"}} | ways_out
    assert stack.network("internal")["Internal"]
    assert stack.network("edge")["Options"]["com.docker.network.bridge.enable_ip_masquerade"] == "false"


@pytest.mark.parametrize("service", ["auth", "projects", "webhooks", "gateway"])
def test_an_image_starts_its_own_program_alone_and_holds_no_compiler(stack: Stack, service: str):
    image = stack.containers(service)[0]["Image"]
    others = {"auth", "projects", "webhooks", "gateway"} - {service}
    look = "; ".join(
        [
            f"python -m synergy_{service} --help >/dev/null || exit 1",
            *(f"python -c 'import synergy_{other}' 2>/dev/null && exit 2" for other in others),
            "command -v gcc cc make && exit 3",
            "python -m pip --version 2>/dev/null && exit 4",
            "exit 0",
        ]
    )

    run("docker", "run", "--rm", "--network", "none", "--read-only", image, "sh", "-c", look)


def test_a_superuser_is_made_within_the_running_container(stack: Stack):
    answers = ["--env", "SUPERUSER_USERNAME=chief", "--env", "SUPERUSER_EMAIL=chief@example.com"]
    auth = stack.containers("auth")[0]["Id"]
    said = run(
        "docker", "exec", *answers, "--env", "SUPERUSER_PASSWORD=correct horse battery", auth,
        "python", "-m", "synergy_auth", "createsuperuser",
    )  # fmt: skip

    assert "The superuser chief was created" in said


def test_what_was_set_up_is_set_up_again_without_change(stack: Stack):
    said = stack.compose(
        "run", "--rm", "-T", "migrate", "sh", "-c", "synergy setup --databases && synergy migrate && synergy verify"
    )

    assert re.search(r"revision (\d{4}) → \1", said)
