"""Key types: which number or word means what. Rows have integer keys, content has words."""

from typing import NamedTuple, NewType

ObservanceKey = NewType("ObservanceKey", str)
"""The file name of an observance: ``constitution-day``."""
LawKey = NewType("LawKey", str)
"""The usual short name of a law, without 中华人民共和国 and without 《》: ``民法典``."""
QuestionKey = NewType("QuestionKey", str)
BlueprintKey = NewType("BlueprintKey", str)
LanguageCode = NewType("LanguageCode", str)
"""A language and its script as BCP 47 writes them: ``zh-Hans``."""

UnitId = NewType("UnitId", int)
CadreId = NewType("CadreId", int)
AccountId = NewType("AccountId", int)
CampaignId = NewType("CampaignId", int)
ExamId = NewType("ExamId", int)
AttemptId = NewType("AttemptId", int)
DeliveryId = NewType("DeliveryId", int)
GroupPostId = NewType("GroupPostId", int)
AppealId = NewType("AppealId", int)
RegradeId = NewType("RegradeId", int)
ActivityId = NewType("ActivityId", int)
RegisterRowId = NewType("RegisterRowId", int)
DutyId = NewType("DutyId", int)


class Citation(NamedTuple):
    """A law and, where one is meant, the number of its article."""

    law: LawKey
    article: int | None = None

    def __str__(self) -> str:
        return f"《{self.law}》" + (f"第{self.article}条" if self.article else "")
