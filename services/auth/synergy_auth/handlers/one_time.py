"""Second factors: set up, confirmed, shown, removed."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, Executable, select

from synergy_auth import queries
from synergy_auth.domain import one_time
from synergy_auth.domain.commands import BeginSecondFactor, Caller, ConfirmSecondFactor, RemoveSecondFactor
from synergy_auth.domain.errors import SecondFactorOff, SecondFactorOn, WrongOtp, WrongPassword
from synergy_auth.handlers.change_password import knows_password, present, wrong_password
from synergy_auth.handlers.guarding import check_limits, note_failure
from synergy_auth.handlers.needs import Needs, opened
from synergy_auth.hashing import code_digest
from synergy_auth.projections import credentials, mail_noted
from synergy_auth.tables import recovery_codes
from synergy_chassis.store import CommandContext, Writer


def begin_second_factor(command: BeginSecondFactor, context: CommandContext, needs: Needs) -> dict[str, str | None]:
    """
    A fresh secret, which counts once it is confirmed; one that waited is forgotten. It is told this once; repeated,
    None. A copied access token is not enough for it: the owner would be locked out.

    Raises AccountUnavailable, SessionEnded, WrongPassword, TooManyLogins, SigningInBusy or SecondFactorOn.
    """
    caller = command.caller
    account = present(caller, needs)
    right = knows_password(account, command.password, caller, needs)
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return {"secret": None, "otpauth_uri": None}
        mine.still_signed_in(caller)
        if right and mine.account.password_hash == account.password_hash:
            factor = queries.second_factor(mine.stream.rows, caller.user_id)
            if factor is not None and factor.confirmed:
                raise SecondFactorOn
            secret = secrets.token_bytes(one_time.SECRET_BYTES)
            sealed = needs.second_factors.seal(secret, context=str(caller.user_id))

            def rows(writer: Writer) -> None:
                writer.execute(credentials.second_factor_removed(caller.user_id))
                writer.execute(credentials.second_factor_begun(caller.user_id, sealed, at=mine.stream.now))

            mine.record([], rows)
            name = mine.account.profile.username
            return {"secret": one_time.shown(secret), "otpauth_uri": one_time.uri(secret, name)}
    wrong_password(account, caller, needs)
    raise WrongPassword("/password")


def confirm_second_factor(
    command: ConfirmSecondFactor, context: CommandContext, needs: Needs
) -> dict[str, list[str] | None]:
    """
    From now on signing in needs the second factor. The recovery codes are told this once; repeated, None.

    Raises AccountUnavailable, SessionEnded, SecondFactorOn, SecondFactorOff, WrongOtp or TooManyLogins.
    """
    caller = command.caller
    _check(caller, needs)
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return {"recovery_codes": None}
        mine.still_signed_in(caller)
        factor = queries.second_factor(mine.stream.rows, caller.user_id)
        if factor is None:
            raise SecondFactorOff
        if factor.confirmed:
            raise SecondFactorOn
        now = mine.stream.now
        secret = needs.second_factors.open(factor.sealed_secret, context=str(caller.user_id))
        step = one_time.accepted(secret, command.otp, now=now, last_step=None)
        if step is not None:
            codes = one_time.recovery_codes(
                [secrets.token_bytes(one_time.RECOVERY_BYTES) for _ in range(one_time.RECOVERY_CODES)]
            )

            def rows(writer: Writer) -> None:
                writer.execute(credentials.second_factor_confirmed(caller.user_id, step=step, at=now))
                writer.execute(credentials.recovery_codes_removed(caller.user_id))
                digests = [_digest(code, caller.user_id, needs) for code in codes]
                writer.execute(credentials.recovery_codes_made(caller.user_id, digests))
                mine.log(writer, "second_factor_on", caller.client, session_id=caller.session_id)
                writer.execute(mail_noted("second_factor_on", at=now, user_id=caller.user_id))

            mine.record([], rows)
            return {"recovery_codes": codes}
    _wrong(caller, needs)
    raise WrongOtp


def remove_second_factor(command: RemoveSecondFactor, context: CommandContext, needs: Needs) -> None:
    """
    The password alone is enough again.

    Raises AccountUnavailable, SessionEnded, SecondFactorOff, WrongOtp or TooManyLogins.
    """
    caller = command.caller
    _check(caller, needs)
    with opened(caller.user_id, context, needs) as mine:
        if mine.stream.seen is not None:
            return
        mine.still_signed_in(caller)
        factor = queries.second_factor(mine.stream.rows, caller.user_id, lock=True)
        if factor is None or not factor.confirmed:
            raise SecondFactorOff
        if spending(mine.stream.rows, caller.user_id, command.otp, factor, needs, now=mine.stream.now) is not None:

            def rows(writer: Writer) -> None:
                writer.execute(credentials.second_factor_removed(caller.user_id))
                writer.execute(credentials.recovery_codes_removed(caller.user_id))
                mine.log(writer, "second_factor_off", caller.client, session_id=caller.session_id)
                writer.execute(mail_noted("second_factor_off", at=mine.stream.now, user_id=caller.user_id))

            mine.record([], rows)
            return
    _wrong(caller, needs)
    raise WrongOtp


def spending(
    rows: Connection, user_id: int, otp: str, factor: queries.SecondFactor, needs: Needs, *, now: datetime
) -> Executable | None:
    """
    What has to be written so that the code works no more, or None for a wrong one: a code of the app, or a recovery
    code. The factor's row must be locked.
    """
    if one_time.is_otp(otp):
        secret = needs.second_factors.open(factor.sealed_secret, context=str(user_id))
        step = one_time.accepted(secret, otp, now=now, last_step=factor.last_step)
        return None if step is None else credentials.code_spent(user_id, step)
    digest = _digest(otp, user_id, needs)
    known = select(recovery_codes.c.digest).where(
        recovery_codes.c.user_id == user_id, recovery_codes.c.digest == digest
    )
    return credentials.recovery_code_spent(user_id, digest) if rows.execute(known).first() else None


def _digest(code: str, user_id: int, needs: Needs) -> bytes:
    return code_digest(one_time.normal_recovery_code(code), user_id, secret_key=needs.secret_key)


def _check(caller: Caller, needs: Needs) -> None:
    with needs.uow.reading() as rows:
        check_limits(rows, f"user:{caller.user_id}", caller.client, needs.limits, needs.clock.now())


def _wrong(caller: Caller, needs: Needs) -> None:
    note_failure(
        "otp_failed", f"user:{caller.user_id}", caller.user_id, caller.client,
        uow=needs.uow, clock=needs.clock, limits=needs.limits,
    )  # fmt: skip
