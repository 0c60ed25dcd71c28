"""Where webhooks may go, and the tricks by which others were led astray."""

import pytest

from synergy_webhooks.addresses import AddressPolicy, BadUrl, Forbidden, read

STRICT = AddressPolicy()

BLOCKED = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1",
    "198.19.255.255",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "100::1", "2001::1", "2001:0:53aa:64c:0:0:0:1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "5f00::1", "fc00::1",
    "fd00:ec2::254", "fdff::1", "fe80::1", "febf::1", "fec0::1", "ff02::1",
]  # fmt: skip
PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
    "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
    "2606:4700::1111", "2001:4860:4860::8888", "2a00::1",
]  # fmt: skip


@pytest.mark.parametrize("address", BLOCKED)
def test_special_addresses_are_refused(address):
    with pytest.raises(Forbidden):
        STRICT.vet(read("https://example.com/"), [address])


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_dialled(address):
    assert (address,) == STRICT.vet(read("https://example.com/"), [address]).addresses


def only_literals(url: str) -> None:
    """Reads and judges the URL; a host that is read as a name is a failure."""
    target = read(url)
    assert target.literal is not None, f"read as the name {target.host}"
    STRICT.vet(target, [str(target.literal)])


def test_one_forbidden_answer_forbids_the_name():
    with pytest.raises(Forbidden):
        STRICT.vet(read("https://rebind.example/"), ["8.8.8.8", "127.0.0.1"])


def test_a_name_without_address_is_refused():
    with pytest.raises(Forbidden):
        STRICT.vet(read("https://nowhere.example/"), [])


@pytest.mark.parametrize(
    "url",
    [
        "https://2130706433/", "https://017700000001/", "https://0177.0.0.1/", "https://0x7f000001/", "https://0x7f.1/",
        "https://127.1/", "https://127.0.1/", "https://127.0.0.1.5/", "https://0x7f.0x0.0x0.0x1/",
    "https://127.0.0.0x1/",
        "https://127.0.0.08/", "https://1.1.1.256/", "https://example.com.0x7f/", "https://[::1%25lo]/",
    "https://[fe80::1%eth0]/",
        "https://[::1/", "https://[v1.x]/", "https://user:pw@example.com/", "https://example.com@127.0.0.1/",
        "https://127.0.0.1\\@example.com/", "https://example.com#@127.0.0.1/", "https://example.com/#frag",
        "https:///path", "https://", "http:example.com", "//example.com/", "example.com", "not a url",
        "ftp://example.com/", "file:///etc/passwd", "gopher://x:70/_", "javascript:alert(1)", "https://exa mple.com/",
        "https://example.com/a\tb", "https://example.com/\r\nX: y", "https://example.com:0/",
    "https://example.com:99999/",
        "https://example.com:x/", "https://-bad-.example/", "https://a..b/", "https://" + "a" * 64 + ".example/",
        "https://ex%61mple.com/", "https://example.com\x00.evil/",
    ],
)  # fmt: skip
def test_urls_that_could_be_read_in_two_ways_are_refused(url):
    with pytest.raises((BadUrl, Forbidden)):
        only_literals(url)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        pytest.param("https://１２７.０.０.１/", "127.0.0.1", id="full_width_digits"),
        pytest.param("https://127。0。0。1/", "127.0.0.1", id="ideographic_stops"),
        pytest.param("https://127.0.0.1./", "127.0.0.1", id="trailing_dot"),
        pytest.param("https://[::ffff:7f00:1]/", "::ffff:7f00:1", id="mapped_v6"),
        pytest.param("https://[0:0:0:0:0:0:0:1]/", "::1", id="long_v6"),
    ],
)
def test_disguised_literals_are_seen_through(url, host):
    target = read(url)

    assert host == target.host
    with pytest.raises(Forbidden):
        STRICT.vet(target, [str(target.literal)])


@pytest.mark.parametrize(
    ("url", "host", "port", "path", "authority"),
    [
        ("https://Example.COM", "example.com", 443, "/", "example.com"),
        ("https://example.com.:8443/a/b?c=d&e=%20f", "example.com", 8443, "/a/b?c=d&e=%20f", "example.com:8443"),
        ("https://bücher.example/ü?q=ü", "xn--bcher-kva.example", 443, "/%C3%BC?q=%C3%BC", "xn--bcher-kva.example"),
        ("http://8.8.8.8:80/x", "8.8.8.8", 80, "/x", "8.8.8.8"),
        ("https://[2606:4700::1111]:8443/", "2606:4700::1111", 8443, "/", "[2606:4700::1111]:8443"),
        ("https://my_host.example/", "my_host.example", 443, "/", "my_host.example"),
    ],
)
def test_ordinary_urls_are_read(url, host, port, path, authority):
    target = read(url)

    assert (host, port, path, authority) == (target.host, target.port, target.path, target.authority)


@pytest.mark.parametrize("url", ["http://example.com/", "https://example.com:22/", "https://example.com:6379/"])
def test_clear_text_and_odd_ports_are_refused(url):
    with pytest.raises(Forbidden):
        STRICT.vet(read(url), ["8.8.8.8"])
    with pytest.raises(Forbidden):
        STRICT.vet_unresolved(read(url))


def test_a_name_that_has_no_address_yet_may_be_named():
    STRICT.vet_unresolved(read("https://example.com/webhook"))


@pytest.mark.parametrize(
    ("allow", "url", "answers"),
    [
        pytest.param("127.0.0.1", "http://127.0.0.1:9000/", ["127.0.0.1"], id="an_address_any_port_in_clear"),
        pytest.param("10.0.0.0/8", "http://hooks.internal/", ["10.1.2.3"], id="a_network"),
        pytest.param("192.168.0.0/16, ::1", "https://[::1]:1234/", ["::1"], id="a_v6_address"),
        pytest.param("hooks.internal:8080", "http://Hooks.Internal:8080/", ["10.1.2.3"], id="host_and_port"),
        pytest.param("localhost:8080", "http://localhost:8080/", ["127.0.0.1", "::1"], id="localhost_and_port"),
        pytest.param("[::1]:8080", "http://[::1]:8080/", ["::1"], id="v6_and_port"),
        pytest.param("127.0.0.1:9000", "http://127.0.0.1:9000/", ["127.0.0.1"], id="address_and_port"),
        pytest.param("0.0.0.0/0", "https://intranet.example/", ["10.0.0.1"], id="everything_opens_private"),
        pytest.param("10.0.0.0/8", "https://both.example/", ["10.0.0.1", "8.8.8.8"], id="allowed_and_public"),
    ],
)
def test_the_allow_list_opens(allow, url, answers):
    assert tuple(answers) == AddressPolicy.parse(allow).vet(read(url), answers).addresses


@pytest.mark.parametrize(
    ("allow", "url", "answers"),
    [
        pytest.param("127.0.0.1", "http://127.0.0.2/", ["127.0.0.2"], id="the_neighbour"),
        pytest.param("127.0.0.1", "https://[::ffff:127.0.0.1]/", ["::ffff:127.0.0.1"], id="the_mapped_form"),
        pytest.param("10.0.0.0/8", "http://both.example/", ["10.0.0.1", "8.8.8.8"], id="clear_text_to_a_public_answer"),
        pytest.param("0.0.0.0/0", "http://127.0.0.1/", ["127.0.0.1"], id="everything_does_not_open_loopback"),
        pytest.param("0.0.0.0/0,::/0", "https://meta.example/", ["169.254.169.254"], id="nor_metadata"),
        pytest.param("::/0", "https://[::1]/", ["::1"], id="nor_v6_loopback"),
        pytest.param("fc00::/7", "https://meta.example/", ["fd00:ec2::254"], id="nor_v6_metadata"),
        pytest.param("hooks.internal:8080", "http://hooks.internal:8081/", ["10.1.2.3"], id="another_port"),
    ],
)
def test_the_allow_list_opens_no_more(allow, url, answers):
    with pytest.raises(Forbidden):
        AddressPolicy.parse(allow).vet(read(url), answers)


@pytest.mark.parametrize("entry", ["nonsense", "10.0.0.0/40", "10.0.0.1/8", "host:0", "host:99999", ":80"])
def test_an_entry_that_is_none_is_named(entry):
    with pytest.raises(ValueError, match="WEBHOOK_ALLOW"):
        AddressPolicy.parse(f"127.0.0.1,{entry}")
