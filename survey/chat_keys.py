"""Hashes that stand for a person in a chat, so that no row holds the channel's own number of somebody."""

from __future__ import annotations

import hashlib
import hmac

from survey.receipt import KEY_BYTES


def chat_key(secret: str, channel: str, chat: str) -> bytes:
    """The 16 byte key of a chat, by the server's secret (HMAC-SHA-256, RFC 2104): keeps turns in order, nothing else.

    >>> chat_key("secret", "zalo", "1") == chat_key("secret", "telegram", "1")
    False
    """
    return hmac.digest(secret.encode(), f"chat\0{channel}\0{chat}".encode(), hashlib.sha256)[:KEY_BYTES]


def participant_key(campaign_secret: bytes, channel: str, chat: str, counter_id: int) -> bytes:
    """The 16 byte key of a person at a counter, by the secret of a campaign; without that secret nobody can make it.

    >>> participant_key(b"a", "zalo", "1", 1) == participant_key(b"b", "zalo", "1", 1)
    False
    """
    said = f"participant\0{channel}\0{chat}\0{counter_id}".encode()
    return hmac.digest(campaign_secret, said, hashlib.sha256)[:KEY_BYTES]
