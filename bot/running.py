"""The parts of a bot process: receivers, the worker at the inbox, senders; started together and stopped in order."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.channels import channels_of, webhook_of
from bot.checking import CURES, LATER
from bot.delivery import AWAY_S, Sender, deliver, drain, either, pause
from bot.leases import Lease, holder_here
from bot.messages import Channel, DeliveryError
from bot.receiving import poll
from bot.talking import remind, work_off
from runtime.settings import Settings
from runtime.words import LANGUAGES
from store.database import Database, current_migration, newest_migration, open_database
from workflows.callers import Desk
from workflows.known_places import Places
from workflows.tokens import form_signer, handover_url

log = structlog.get_logger()
IDLE_S = 0.2
REMIND_S = 30.0
DRAIN_S = 8.0
PREPARE_AGAIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Office:
    """What the parts of one process share."""

    settings: Settings
    database: Database
    desk: Desk
    senders: tuple[Sender, ...]
    stopping: asyncio.Event
    fresh: asyncio.Event  # something is in the inbox that this process put there


async def run(settings: Settings, stopping: asyncio.Event, stop_by: Sequence[signal.Signals] = ()) -> None:
    """Serve every configured channel until `stopping`, which these signals set; with none configured, wait idly."""
    fresh = asyncio.Event()
    for sign in stop_by:
        asyncio.get_running_loop().add_signal_handler(sign, stopping.set)
    found = channels_of(settings)
    if not found:
        log.warning("no_chat_configured", cure="Set TELEGRAM_TOKEN or ZALO_TOKEN, or do not start this process.")
        await stopping.wait()
        return
    database = opened(settings.database_url)
    holder = holder_here()
    senders = tuple(Sender(channel, database, Lease(database, f"{channel.name}:send", holder)) for channel in found)
    office = Office(settings, database, desk_of(settings, database), senders, stopping, fresh)
    if settings.metrics_listen:
        tell_figures(settings.metrics_listen, database)
    try:
        if await ready(database, stopping):
            await serve(office, holder)
    finally:
        for channel in found:
            await channel.close()
        database.close()


def opened(url: str) -> Database:
    """The database; where its file cannot be made, a word of why and the end."""
    try:
        return open_database(url, pool_size=4)
    except OSError as error:
        cure = "Name in DATABASE_URL a file in a folder that this account may write to."
        log.error("database_not_opened", error=error.strerror or type(error).__name__, cure=cure)
        raise SystemExit(1) from None


def tell_figures(address: str, database: Database) -> None:
    """Serve the figures; people are answered also where nobody can watch."""
    try:
        metrics.serve(address, database)
    except OSError as error:
        cure = "Name a free port of this machine in METRICS_LISTEN, or leave it empty."
        log.error("metrics_not_served", address=address, error=error.strerror or type(error).__name__, cure=cure)


async def ready(database: Database, stopping: asyncio.Event) -> bool:
    """Wait until the database answers and has its tables; False where it is time to stop before."""
    while not stopping.is_set():
        try:
            if await asyncio.to_thread(fit, database):
                return True
            log.error("database_not_prepared", cure="Run `hailong init`.")
        except (SQLAlchemyError, OSError) as error:
            cure = "Look whether the database runs, and at DATABASE_URL."
            log.error("database_away", error=type(error).__name__, cure=cure)
        await pause(stopping, AWAY_S)
    return False


def fit(database: Database) -> bool:
    """Whether the tables are those that this code expects."""
    with database.reading() as session:
        return current_migration(session) == newest_migration()


def desk_of(settings: Settings, database: Database) -> Desk:
    """What every turn needs of this process."""
    signer = form_signer(settings.secret_key)
    return Desk(
        settings.secret_key,
        Places(database),
        LANGUAGES,
        lambda code, key: handover_url(settings.public_url, signer, code, key),
        settings.zone,
    )


async def serve(office: Office, holder: str) -> None:
    """Run the parts; at the end first stop receiving, then finish what came in, then send what is due."""
    receivers = [
        asyncio.create_task(receive(office, sender.channel, holder))
        for sender in office.senders
        if not webhook_of(office.settings, sender.channel.name)
    ]
    preparing = [asyncio.create_task(keep_prepared(office, sender)) for sender in office.senders]
    others = [asyncio.create_task(deliver(sender, office.stopping)) for sender in office.senders]
    others += [asyncio.create_task(work(office)), asyncio.create_task(remind_now_and_then(office))]
    ended = asyncio.create_task(office.stopping.wait())
    done, _ = await asyncio.wait([ended, *receivers, *others], return_when=asyncio.FIRST_COMPLETED)
    office.stopping.set()
    for receiver in receivers:
        receiver.cancel()
    await asyncio.gather(*receivers, return_exceptions=True)
    await asyncio.gather(*preparing, *others, return_exceptions=True)
    await finish(office)
    for task in done:
        task.result()  # a part that fell is not hidden: whoever watches the process starts it again


async def receive(office: Office, channel: Channel, holder: str) -> None:
    """Poll one channel while this process has the lease for it."""
    lease = Lease(office.database, f"{channel.name}:receive", holder)
    try:
        await poll(channel, office.database, lease, office.settings.secret_key, office.stopping, office.fresh)
    finally:
        await lease.give_back()


async def keep_prepared(office: Office, sender: Sender) -> None:
    """Set webhook, commands and descriptions once, by the process that sends; where that fails, try again."""
    failures = 0
    while not office.stopping.is_set():
        if await lease_held(sender):
            try:
                webhook = webhook_of(office.settings, sender.channel.name)
                await sender.channel.prepare(webhook, office.settings.webhook_secret if webhook else "")
                return
            except DeliveryError as error:
                failures += 1
                log.warning(
                    "prepare_failed", channel=sender.channel.name, code=error.code, cure=CURES.get(error.code, LATER)
                )
                await pause(office.stopping, min(PREPARE_AGAIN_S, 2.0 ** min(failures, 10)))
        await pause(office.stopping, 1.0)


async def lease_held(sender: Sender) -> bool:
    """Whether this process sends for the channel; a database that is away says no."""
    try:
        return await sender.lease.held()
    except (SQLAlchemyError, OSError):
        return False


async def work(office: Office) -> None:
    """Work the inbox off as it fills."""
    while not office.stopping.is_set():
        office.fresh.clear()
        try:
            if await asyncio.to_thread(work_off, office.database, office.desk):
                wake(office)
            else:
                await either(office.fresh, office.stopping, IDLE_S)
        except (SQLAlchemyError, OSError) as error:
            log.error("inbox_away", error=type(error).__name__)
            await pause(office.stopping, AWAY_S)


def wake(office: Office) -> None:
    """There are replies to send: nobody waits until the senders look by themselves."""
    for sender in office.senders:
        sender.woken.set()


async def remind_now_and_then(office: Office) -> None:
    """Send the reminders as they fall due."""
    while not office.stopping.is_set():
        try:
            await asyncio.to_thread(remind, office.database, office.desk)
        except (SQLAlchemyError, OSError) as error:
            log.error("reminders_away", error=type(error).__name__)
        await pause(office.stopping, REMIND_S)


async def finish(office: Office) -> None:
    """What has come in is answered and sent before the process ends, for so long as it takes within reason."""
    until = time.monotonic() + DRAIN_S
    try:
        while time.monotonic() < until and (await asyncio.to_thread(work_off, office.database, office.desk)) > 0:
            pass
        for sender in office.senders:
            await drain(sender, max(0.5, until - time.monotonic()))
            await sender.lease.give_back()
    except (SQLAlchemyError, OSError) as error:
        log.error("not_drained", error=type(error).__name__)
