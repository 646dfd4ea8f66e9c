"""The book of access in SQL: hashes of codes and tokens, never the words themselves."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, insert, or_, select, update

from lawcore.access.model import IDLE, Login, SessionRow
from lawcore.ids import AccountId
from lawcore.participation import EntryKind
from lawcore.storage.tables import entries, login_links, logins, sessions


class SqlAccessBook:
    """Log-ins, one-time links and sessions of one connection."""

    def __init__(self, connection: Connection) -> None:
        self._sql = connection

    def login(self, account: AccountId) -> Login | None:
        return self._login(logins.c.account_id == account)

    def login_named(self, name: str) -> Login | None:
        return self._login(logins.c.name == name)

    def put_login(self, account: AccountId, name: str, password_hash: str, at: datetime) -> None:
        """Add a log-in or change its name and password; nothing else of it changes."""
        values = {"name": name, "password_hash": password_hash, "changed_at": at}
        if not self._change(account, **values):
            self._sql.execute(insert(logins).values(account_id=account, **values))

    def set_password_hash(self, account: AccountId, password_hash: str) -> None:
        self._change(account, password_hash=password_hash)

    def set_totp(self, account: AccountId, secret: str | None, last_step: int) -> None:
        self._change(account, totp_secret=secret, totp_last_step=last_step)

    def spend_step(self, account: AccountId, step: int) -> bool:
        """Note the time step of a code; False if it, or a later one, was spent before."""
        unspent = (logins.c.account_id == account) & (logins.c.totp_last_step < step)
        spent = update(logins).where(unspent).values(totp_last_step=step)
        return self._sql.execute(spent).rowcount == 1

    def add_failure(self, account: AccountId) -> int:
        """Count a failure; how many they are now in a row."""
        counted = (
            update(logins)
            .where(logins.c.account_id == account)
            .values(failures=logins.c.failures + 1)
            .returning(logins.c.failures)
        )
        return int(self._sql.execute(counted).scalar_one())

    def clear_failures(self, account: AccountId, locked_until: datetime | None) -> None:
        """Begin to count anew; the name rests until `locked_until`, if one is given."""
        self._change(account, failures=0, locked_until=locked_until)

    def add_link(
        self, code_hash: str, account: AccountId, at: datetime, expires_at: datetime
    ) -> None:
        """Add a link; earlier unused ones of the account open nothing any more."""
        self._void_links(account)
        self._sql.execute(
            insert(login_links).values(
                code_hash=code_hash, account_id=account, created_at=at, expires_at=expires_at
            )
        )

    def use_link(self, code_hash: str, at: datetime) -> AccountId | None:
        """The account of an unused link that holds at `at`, for the one who comes first."""
        used = (
            update(login_links)
            .where(
                login_links.c.code_hash == code_hash,
                login_links.c.used_at.is_(None),
                login_links.c.expires_at > at,
            )
            .values(used_at=at)
            .returning(login_links.c.account_id)
        )
        account = self._sql.execute(used).scalar_one_or_none()
        return AccountId(account) if account is not None else None

    def add_session(
        self, token_hash: str, account: AccountId, at: datetime, expires_at: datetime
    ) -> None:
        """Add a session; those that are over are removed."""
        over = or_(sessions.c.expires_at <= at, sessions.c.seen_at <= at - IDLE)
        self._sql.execute(delete(sessions).where(over))
        self._sql.execute(
            insert(sessions).values(
                token_hash=token_hash,
                account_id=account,
                created_at=at,
                seen_at=at,
                expires_at=expires_at,
            )
        )

    def session(self, token_hash: str) -> SessionRow | None:
        found = select(sessions).where(sessions.c.token_hash == token_hash)
        row = self._sql.execute(found).one_or_none()
        if row is None:
            return None
        return SessionRow(AccountId(row.account_id), row.seen_at, row.expires_at)

    def see(self, token_hash: str, at: datetime) -> None:
        same = sessions.c.token_hash == token_hash
        self._sql.execute(update(sessions).where(same).values(seen_at=at))

    def close(self, token_hash: str) -> None:
        self._sql.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def came_by_link(self, token_hash: str, since: datetime) -> bool:
        """Whether a one-time link opened this session, not before `since`.

        A link is used and its session begins in one act: at the same moment.
        """
        same_act = (login_links.c.account_id == sessions.c.account_id) & (
            login_links.c.used_at == sessions.c.created_at
        )
        opened = exists().where(
            sessions.c.token_hash == token_hash, sessions.c.created_at >= since, same_act
        )
        return bool(self._sql.execute(select(opened)).scalar_one())

    def close_others(self, account: AccountId, token_hash: str) -> int:
        """Remove the unused links of an account and its sessions but one; sessions removed."""
        self._void_links(account)
        others = (sessions.c.account_id == account) & (sessions.c.token_hash != token_hash)
        return self._sql.execute(delete(sessions).where(others)).rowcount

    def drop_login(self, account: AccountId) -> None:
        """Remove name, password and second factor of an account, if it has them."""
        self._sql.execute(delete(logins).where(logins.c.account_id == account))

    def close_all(self, account: AccountId) -> None:
        """Remove the sessions and the unused links of an account."""
        self._sql.execute(delete(sessions).where(sessions.c.account_id == account))
        self._void_links(account)

    def unknown_since(self, since: datetime) -> bool:
        """Whether a log-in with an unknown name was written down after `since`."""
        written = exists().where(
            entries.c.at > since,
            entries.c.kind == EntryKind.LOGIN_REFUSED.value,
            entries.c.account_id.is_(None),
        )
        return bool(self._sql.execute(select(written)).scalar_one())

    def _login(self, where: ColumnElement[bool]) -> Login | None:
        row = self._sql.execute(select(logins).where(where)).one_or_none()
        if row is None:
            return None
        return Login(
            AccountId(row.account_id),
            row.name,
            row.password_hash,
            row.totp_secret,
            row.totp_last_step,
            row.failures,
            row.locked_until,
        )

    def _change(self, account: AccountId, **values: object) -> bool:
        mine = logins.c.account_id == account
        return self._sql.execute(update(logins).where(mine).values(**values)).rowcount > 0

    def _void_links(self, account: AccountId) -> None:
        unused = login_links.c.used_at.is_(None)
        self._sql.execute(delete(login_links).where(login_links.c.account_id == account, unused))
