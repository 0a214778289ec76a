"""What tests put before and behind a stand-in for Telegram."""
