"""What a person types of a campaign: its text, and the reason of an act."""

from lawcore.errors import BadInput

HEADING = "更正"
LONGEST_REASON = 200
"""Characters of a reason: it is shown whole beside the text."""
LONGEST_TEXT = 2000
"""Characters a person may type as a text: with heading and markup it stays within one message."""


def headed(text: str) -> str:
    """The text with 更正 at its head, so that nobody takes it for a second message of the day."""
    return text if text.startswith(HEADING) else f"{HEADING}：{text}"


def checked_text(text: str) -> str:
    """A typed text without the space around it. Raises BadInput for one that cannot be sent."""
    text = text.strip()
    if not text:
        raise BadInput("文字是空的，请重新发送。")
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"文字太长（{len(text)} 字），请压缩到 {LONGEST_TEXT} 字以内。")
    if "{" in text or "}" in text:
        raise BadInput("文字里不要有花括号 { }，请直接写出内容。")
    return text


def checked_reason(reason: str, missing: str) -> str:
    """A typed reason without the space around it. Raises BadInput, `missing` if there is none."""
    reason = reason.strip()
    if not reason:
        raise BadInput(missing)
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"原因太长（{len(reason)} 字），请压缩到 {LONGEST_REASON} 字以内。")
    return reason
