"""Links in mails lead to a section of the gateway's page, and the page sends what the API takes."""

import inspect
import re

import msgspec

from synergy_auth.domain import mails
from synergy_gateway.links import links_page
from synergy_gateway.routes import OPERATIONS

PAGE = links_page().html.decode()
SENT = re.compile(r'send\("(/api/[^"]+)", \{ ([^}]*?)(?:, \.\.\.\(otp && \{ (otp) \}\))? \}')


def test_every_link_of_a_mail_has_its_section():
    linked = set(re.findall(r"\{public_url\}/#/([a-z-]+)\?token=\{token\}", inspect.getsource(mails)))

    assert {"reset-password", "confirm-email", "accept-invitation"} == linked
    assert linked <= set(re.findall(r'<section id="([a-z-]+)"', PAGE))


def test_the_page_sends_fields_that_there_are_and_all_that_must_be():
    posts = {operation.path: operation.body for operation in OPERATIONS if operation.method == "POST"}
    found = SENT.findall(PAGE)

    assert PAGE.count("send(") - 1 == len(found) == 5
    for path, names, otp in found:
        sent = {name.partition(":")[0].strip() for name in names.split(",")} | ({otp} if otp else set())
        fields = {field.encode_name: field.required for field in msgspec.structs.fields(posts[path])}
        assert sent <= set(fields), path
        assert {name for name, required in fields.items() if required} <= sent, path
