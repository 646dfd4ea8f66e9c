"""Telegram: the only room that knows aiogram."""
