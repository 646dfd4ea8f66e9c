"""JSON Schemas of the content files, made from the shapes that read them: for editors' help."""

from typing import Any

from lawcore.content.forms.base import Form
from lawcore.content.forms.blueprint import BlueprintForm
from lawcore.content.forms.consent import LanguageForm
from lawcore.content.forms.law import LawForm
from lawcore.content.forms.message import HotlineForm, LeafletForm, MessageForm
from lawcore.content.forms.observance import ObservanceForm
from lawcore.content.forms.question import QuestionForm

_FILES: dict[str, tuple[str, type[Form], str | None]] = {
    "laws": ("法律登记表", LawForm, "law"),
    "observances": ("节点", ObservanceForm, None),
    "messages": ("文稿", MessageForm, None),
    "loudspeaker": ("广播稿", MessageForm, None),
    "leaflets": ("明白纸", LeafletForm, None),
    "questions": ("题库", QuestionForm, "question"),
    "exams": ("试卷方案", BlueprintForm, None),
    "hotlines": ("电话", HotlineForm, "hotline"),
    "consent": ("加入时的告知", LanguageForm, "language"),
}


def schemas() -> dict[str, dict[str, Any]]:
    """Give the schema of each kind of content file by the name of its folder."""
    return {name: _schema(*shape) for name, shape in _FILES.items()}


def _schema(title: str, shape: type[Form], table: str | None) -> dict[str, Any]:
    made = shape.model_json_schema()
    if table is not None:
        inside = made.pop("$defs", {})
        rows = {"type": "array", "items": {"$ref": f"#/$defs/{shape.__name__}"}}
        made = {
            "type": "object",
            "properties": {table: rows},
            "additionalProperties": False,
            "$defs": inside | {shape.__name__: made},
        }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made, "title": title}
