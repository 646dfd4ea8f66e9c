"""Passwords (Argon2id) and the second factor (TOTP, RFC 6238). Pure, and slow by design.

`hash_of` and `verify` take some 50 ms of a processor each: they run in a thread, never in a
transaction of the one writer.
"""

import hmac
import re
from datetime import datetime
from functools import cache

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lawcore.access.model import Checked, Login
from lawcore.errors import BadInput

SHORTEST = 10
LONGEST = 200
"""Characters: what is longer only makes the hash slower."""
LONGEST_SECRET = 64
STEP = 30
"""Seconds that a code is shown."""
DRIFT = 1
"""Steps that a phone's clock may be off, either way."""

_HASHER = PasswordHasher()


def check_password(password: str, name: str) -> None:
    """Raise BadInput for a password that is guessed at once."""
    if len(password) < SHORTEST:
        raise BadInput(f"密码至少要 {SHORTEST} 个字符，可以用一句自己记得住的话。")
    if len(password) > LONGEST:
        raise BadInput(f"密码太长了，请在 {LONGEST} 个字符以内。")
    if password.strip().casefold() == name.strip().casefold():
        raise BadInput("密码不能和登录名一样，请换一个。")
    if len(set(password)) == 1:
        raise BadInput("密码不能全是同一个字符，请换一个。")


def hash_of(password: str) -> str:
    """The hash to keep, with its salt and parameters in it."""
    return _HASHER.hash(password)


def verify(login: Login | None, password: str) -> Checked:
    """Whether `password` is that of `login`; it takes as long where there is no such name."""
    against = login.password_hash if login is not None else _nobody()
    password = password[:LONGEST]
    try:
        _HASHER.verify(against, password)
    except (VerificationError, InvalidHashError):
        return Checked(right=False, against=against)
    if login is None:
        return Checked(right=False)
    fresh = _HASHER.hash(password) if _HASHER.check_needs_rehash(against) else None
    return Checked(right=True, against=against, fresh=fresh)


@cache
def _nobody() -> str:
    """A hash that belongs to nobody, made once."""
    return _HASHER.hash(pyotp.random_base32())


def new_secret() -> str:
    """A secret for a phone's authenticator, in base32."""
    return pyotp.random_base32()


def is_secret(word: str) -> bool:
    """Whether `word` is a secret as `new_secret` makes them."""
    return re.fullmatch(r"[A-Z2-7]{32}", word) is not None


def totp_address(secret: str, name: str, township: str) -> str:
    """The ``otpauth://`` address to be shown as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=f"{township}普法")


def totp_step(secret: str, code: str, last_step: int, at: datetime) -> int | None:
    """The time step whose code `code` is, near `at` and after `last_step`; None if it is none.

    A step is good once: whoever has looked over a shoulder comes too late (RFC 6238, 5.2). What
    is no secret has no code.
    """
    if len(secret) > LONGEST_SECRET:
        return None
    try:
        totp = pyotp.TOTP(secret, interval=STEP)
    except ValueError:
        return None
    now = int(at.timestamp()) // STEP
    given = code.replace(" ", "").encode()
    for step in range(now - DRIFT, now + DRIFT + 1):
        expected = totp.generate_otp(step).encode()
        if step > last_step and hmac.compare_digest(given, expected):
            return step
    return None
