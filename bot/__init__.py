"""The chat door: Telegram and Zalo. It holds no state: rows do, and the engine decides."""
