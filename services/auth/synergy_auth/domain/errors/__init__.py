"""
The ways auth says no.

    DomainError
    ├── InvalidField, PasswordRefused          422
    ├── WrongPassword, PasswordRequired, WrongOtp, LinkInvalid   422
    ├── UsernameTaken, EmailTaken, LastSuperuser, TooManyTokens, SecondFactorOn, SecondFactorOff   409
    ├── RegistrationClosed, SuperuserRequired, SessionRequired, ScopeNotHeld   403
    ├── WrongCredentials, InvalidRefreshToken, TokenReused, SessionEnded, AccountUnavailable, OtpRequired,
    │   OtpRefused, InvalidToken                 401
    ├── PreconditionFailed                     412
    ├── TooManyLogins, TooManyRequests, TooManyInvitations, TooManyMails   429
    ├── PersonNotFound (PersonUnclear), UserNotFound, SessionNotFound, TokenNotFound, InvitationNotFound   404
    └── SigningInBusy                          503
"""

from synergy_auth.domain.errors.accounts import (
    AccountUnavailable,
    EmailTaken,
    InvalidField,
    InvitationNotFound,
    LastSuperuser,
    LinkInvalid,
    PasswordRefused,
    PersonNotFound,
    PersonUnclear,
    PreconditionFailed,
    RegistrationClosed,
    SuperuserRequired,
    TooManyInvitations,
    TooManyMails,
    UsernameTaken,
    UserNotFound,
)
from synergy_auth.domain.errors.base import DomainError
from synergy_auth.domain.errors.credentials import (
    InvalidToken,
    PasswordRequired,
    ScopeNotHeld,
    SecondFactorOff,
    SecondFactorOn,
    SessionRequired,
    TokenNotFound,
    TooManyTokens,
    WrongOtp,
    WrongPassword,
)
from synergy_auth.domain.errors.signing_in import (
    InvalidRefreshToken,
    OtpRefused,
    OtpRequired,
    SessionEnded,
    SessionNotFound,
    SigningInBusy,
    TokenReused,
    TooManyLogins,
    TooManyRequests,
    WrongCredentials,
)

__all__ = [
    "AccountUnavailable",
    "DomainError",
    "EmailTaken",
    "InvalidField",
    "InvalidRefreshToken",
    "InvalidToken",
    "InvitationNotFound",
    "LastSuperuser",
    "LinkInvalid",
    "OtpRefused",
    "OtpRequired",
    "PasswordRefused",
    "PasswordRequired",
    "PersonNotFound",
    "PersonUnclear",
    "PreconditionFailed",
    "RegistrationClosed",
    "ScopeNotHeld",
    "SecondFactorOff",
    "SecondFactorOn",
    "SessionEnded",
    "SessionNotFound",
    "SessionRequired",
    "SigningInBusy",
    "SuperuserRequired",
    "TokenNotFound",
    "TokenReused",
    "TooManyInvitations",
    "TooManyLogins",
    "TooManyMails",
    "TooManyRequests",
    "TooManyTokens",
    "UserNotFound",
    "UsernameTaken",
    "WrongCredentials",
    "WrongOtp",
    "WrongPassword",
]
