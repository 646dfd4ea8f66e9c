"""Everybody begins at once and taps as fast as the cards come; the service is killed twice."""

from benchmarks.storm import Size, storm


async def test_an_exam_that_all_begin_at_once_survives_two_kills_without_losing_an_answer() -> None:
    """Compared after each kill and at the end with what each phone had been told to be saved."""
    found = await storm(Size(people=60, within=2, kills=2))
    assert len(found.waits) > 60 * (20 + 19 + 3), "all of them to the end"
    assert found.lost == 0, "what was called saved is in the file"
    assert found.doubled == 0, "an answer for a tap, an attempt for a person"
    assert found.wrong_scores == 0, "each score is what the taps earn"
    assert found.new_papers == 0, "papers and deadlines are what they were"
    assert found.clock_off <= 1, "seconds left, on the card of somebody who came back"
    assert found.cut > 0, "the kills came in the middle of something"
