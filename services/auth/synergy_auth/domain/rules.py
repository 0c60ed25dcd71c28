"""What a profile and a password must be. Wire types check lengths as well; these rules also guard the command line."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from synergy_auth.domain.account import Profile, unique_key
from synergy_auth.domain.errors import InvalidField, PasswordRefused

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 128

_USERNAME = re.compile(r"[\w.@+-]{1,150}")
_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[^@\s<>()\[\],;:\"\\.]+(\.[^@\s<>()\[\],;:\"\\.]+)+")
_REORDERING = r"\u202a-\u202e\u2066-\u2069"
"""What makes text run another way than it reads: a name with it can look like somebody else's."""
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f\u2028\u2029{_REORDERING}]")
_CONTROL_IN_TEXT = re.compile(rf"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_REORDERING}]")
_LONGEST: Mapping[str, int] = {
    "email": 254, "first_name": 150, "last_name": 150, "bio": 5_000, "location": 200, "phone": 40, "company": 200,
    "timezone": 64,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountRules:
    """
    The rules with the lists they need.

    `common_passwords` are case-folded; `time_zones` are IANA names (empty: any name is taken).
    """

    common_passwords: frozenset[str]
    time_zones: frozenset[str]

    def check_profile(self, profile: Profile) -> None:
        """Refuse a profile that breaks a rule. Raises InvalidField naming the first field at fault."""
        if not _USERNAME.fullmatch(profile.username):
            raise InvalidField("/username", "1 to 150 letters, digits and the characters @ . + - _ only.")
        for name, longest in _LONGEST.items():
            _check_text(name, getattr(profile, name), longest)
        self.check_address(profile.email)
        if "@" in profile.username and unique_key(profile.username) != unique_key(profile.email):
            # Logging in takes a name or an address: nobody may be called like someone else's address.
            raise InvalidField("/username", "A user name with an @ must be the account's own e-mail address.")
        if self.time_zones and profile.timezone not in self.time_zones:
            raise InvalidField("/timezone", "This is not an IANA time zone name, such as Europe/Berlin.")

    def check_address(self, email: str) -> None:
        """Refuse what is no e-mail address, or resembles another than it is. Raises InvalidField."""
        _check_text("email", email, _LONGEST["email"])
        if not _EMAIL.fullmatch(email) or any(unicodedata.category(char) == "Cf" for char in email):
            raise InvalidField("/email", "This is not an e-mail address.")

    def check_password(self, password: str, profile: Profile) -> None:
        """
        Refuse a password that is easily guessed (ASVS 5.0 §6.2: length and lists, no composition rules).

        Raises PasswordRefused.
        """
        if len(password) < SHORTEST_PASSWORD:
            raise PasswordRefused(f"A password has at least {SHORTEST_PASSWORD} characters.")
        if len(password) > LONGEST_PASSWORD:
            raise PasswordRefused(f"A password has at most {LONGEST_PASSWORD} characters.")
        key = unique_key(password)
        if key in (unique_key(profile.username), unique_key(profile.email)):
            raise PasswordRefused("The password must not be the user name or the e-mail address.")
        if key in self.common_passwords:
            raise PasswordRefused("This password is among the most common ones. Choose another.")


def _check_text(name: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidField(f"/{name}", f"At most {longest} characters.")
    if (_CONTROL_IN_TEXT if name == "bio" else _CONTROL).search(text):
        raise InvalidField(f"/{name}", "Control characters are not allowed.")
