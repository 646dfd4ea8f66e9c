"""E-mail to a mailing address: one letter, plain text, over the township's own mail server.

Codes as RFC 5321 section 4.2 has them: 4xx try again later, 5xx do not; 530, 534, 535 and 538 are
about the account (RFC 4954 section 6).
"""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

import aiosmtplib
from aiosmtplib import SMTP

from lawbot.groups.model import GroupEntry, MailServer, Security
from lawcore.clock import TOWNSHIP_ZONE
from lawcore.delivery.model import Outcome, OutcomeKind

PATIENCE = 20.0
"""Seconds for each step of the conversation."""

NO_WAY = "连不上邮件服务器"
NO_ANSWER = "发出后没有收到回音，可能已发出：请到收件箱看一眼"
BUSY = "邮件服务器请稍后再发"
WRONG_ACCOUNT = "邮箱账号或密码不对：请核对群文件里的 [mail]"
NOT_SUPPORTED = "邮件服务器不支持群文件里写的加密或登录方式：请核对 [mail]"
NO_SUCH_BOX = "收件地址不存在或不收信：请核对地址"
REFUSED = "邮件服务器拒收"

_ACCOUNT = frozenset({530, 534, 535, 538})


async def send(
    server: MailServer, entry: GroupEntry, title: str, text: str, at: datetime
) -> Outcome:
    """Send one letter; whatever happens comes back as an outcome.

    Until its text is handed over nothing has been sent; an answer lost after that may have.
    """
    letter = compose(server, entry, title, text, at)
    client = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        timeout=PATIENCE,
    )
    try:
        early = await _introduce(client, server, entry)
        return early or await _hand_over(client, letter)
    finally:
        client.close()


def compose(
    server: MailServer, entry: GroupEntry, title: str, text: str, at: datetime
) -> EmailMessage:
    """The letter. A line break in the title would forge a header; it becomes a space."""
    letter = EmailMessage()
    letter["From"] = server.sender
    letter["To"] = entry.address
    letter["Subject"] = " ".join(title.split())
    letter["Date"] = format_datetime(at.astimezone(TOWNSHIP_ZONE))
    letter["Message-ID"] = make_msgid(domain=server.sender.partition("@")[2])
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text, cte="base64")
    return letter


async def _introduce(client: SMTP, server: MailServer, entry: GroupEntry) -> Outcome | None:
    """Everything before the text: an outcome if it fails."""
    try:
        await client.connect()
        if server.user:
            await client.login(server.user, server.password)
        await client.mail(server.sender)
        await client.rcpt(entry.address)
    except aiosmtplib.SMTPRecipientRefused as refused:
        return _refusal(refused.code, NO_SUCH_BOX)
    except aiosmtplib.SMTPResponseException as refused:
        reason = WRONG_ACCOUNT if refused.code in _ACCOUNT else REFUSED
        return _refusal(refused.code, reason)
    except OSError:  # no connection, a lost one or no answer in time, also as the library says it
        return Outcome(OutcomeKind.LATER, NO_WAY)
    except aiosmtplib.SMTPException:
        return Outcome(OutcomeKind.FAILED, NOT_SUPPORTED)
    return None


async def _hand_over(client: SMTP, letter: EmailMessage) -> Outcome:
    try:
        await client.data(letter.as_bytes())
    except aiosmtplib.SMTPResponseException as refused:
        return _refusal(refused.code, REFUSED)
    except (aiosmtplib.SMTPException, OSError):
        return Outcome(OutcomeKind.UNKNOWN, NO_ANSWER)
    return Outcome(OutcomeKind.SENT)


def _refusal(code: int, reason: str) -> Outcome:
    if 400 <= code < 500:
        return Outcome(OutcomeKind.LATER, f"{BUSY}（{code}）")
    return Outcome(OutcomeKind.FAILED, f"{reason}（{code}）")
