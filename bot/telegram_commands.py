"""What Telegram shows of the bot before a word is written: its commands and what it is for, in each language."""

from __future__ import annotations

from telegram import BotCommand

from runtime.words import translate


def commands(language: str) -> tuple[BotCommand, ...]:
    """The menu beside the place where people type; every command can be typed as a word too."""
    found = {
        "start": translate("Begin, or repeat the question", language),
        "tiep": translate("Go on where you left off", language),
        "quaylai": translate("Go back one question", language),
        "web": translate("Answer on the web page, with the answers so far", language),
        "ngonngu": translate("Change the language", language),
        "trogiup": translate("Help", language),
        "dung": translate("Stop, without further reminders", language),
        "xoa": translate("Delete the unfinished form", language),
    }
    return tuple(BotCommand(name, words) for name, words in found.items())


def description(language: str) -> str:
    """What stands in the empty chat, above the button that begins; 512 characters at most."""
    return translate(
        "This bot asks what you think of the public services that you used. It takes a few minutes. Your name and "
        "telephone number are not asked for.\n\nTo begin, scan the code on the poster at the counter, or send the code "
        "printed below it. You can stop at any time by sending STOP, or answer on the web page instead.",
        language,
    )


def short_description(language: str) -> str:
    """What stands on the bot's profile and where it is shared; 120 characters at most."""
    return translate("Survey of satisfaction with public services. You need not give your name.", language)
