"""What is sealed opens again, for its own facts only, and shows its length in steps only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.sealing import (
    SealBroken,
    decrypt_stream,
    encrypt_stream,
    new_key,
    open_envelope,
    open_field,
    seal,
    seal_field,
)

KEY = new_key()
TEXT = st.text(max_size=60)
FACTS = st.fixed_dictionaries(
    {
        "round": st.uuids(),
        "applicant": st.uuids(),
        "version": st.integers(1, 9),
        "part": st.sampled_from(["price", "quality"]),
    },
    optional={"lot": TEXT},
)
ANSWER = {"application": "a", "question": "q", "lot": None}
DOCUMENT = {"round": "r", "applicant": "p", "document": "d"}
STEP = 64 * 1024


def streamed(content: bytes, pieces: int = 10_000, key: bytes = KEY) -> bytes:
    chunks = (content[at : at + pieces] for at in range(0, len(content), pieces))
    return b"".join(encrypt_stream(chunks, key, DOCUMENT))


@given(part=st.binary(max_size=10_000), facts=FACTS)
def test_envelope_with_its_own_facts_opens(part, facts):
    assert open_envelope(seal(part, KEY, facts), KEY, facts) == part


@given(facts=FACTS, others=FACTS)
def test_envelope_with_other_facts_is_refused(facts, others):
    sealed = seal(b"99.00", KEY, facts)
    if {**facts} == {**others}:
        assert open_envelope(sealed, KEY, others) == b"99.00"
    else:
        with pytest.raises(SealBroken):
            open_envelope(sealed, KEY, others)


@given(st.data())
def test_envelope_with_a_flipped_bit_is_refused(data):
    facts = data.draw(FACTS)
    sealed = bytearray(seal(b"99.00", KEY, facts))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        open_envelope(bytes(sealed), KEY, facts)


@given(st.data())
def test_envelope_cut_or_extended_is_refused(data):
    facts = data.draw(FACTS)
    sealed = seal(b"99.00", KEY, facts)
    for wrong in (
        sealed[: data.draw(st.integers(0, len(sealed) - 1))],
        sealed + data.draw(st.binary(min_size=1, max_size=5)),
    ):
        with pytest.raises(SealBroken):
            open_envelope(wrong, KEY, facts)


@given(st.integers(0, 4095), st.integers(0, 4095))
def test_envelope_length_shows_only_steps(one, other):
    facts = {"round": 1, "applicant": 2, "version": 3, "part": "price"}
    assert len(seal(b"x" * one, KEY, facts)) == len(seal(b"x" * other, KEY, facts))
    assert len(seal(b"x" * 4096, KEY, facts)) == len(seal(b"x" * one, KEY, facts)) + 4096


def test_envelope_uuid_and_its_text_are_one_fact():
    from uuid import uuid4

    provider = uuid4()
    facts = {"round": "r", "applicant": provider, "version": 1, "part": "price"}
    assert open_envelope(seal(b"x", KEY, facts), KEY, {**facts, "applicant": str(provider)}) == b"x"


@pytest.mark.parametrize("missing", ["round", "applicant", "version", "part"])
def test_envelope_without_a_fact_is_not_made(missing):
    facts = {"round": "r", "applicant": "p", "version": 1, "part": "price"}
    del facts[missing]
    with pytest.raises(ValueError, match=missing):
        seal(b"x", KEY, facts)


def test_envelope_sealed_twice_differs():
    facts = {"round": "r", "applicant": "p", "version": 1, "part": "price"}
    assert seal(b"x", KEY, facts) != seal(b"x", KEY, facts)


@given(st.text(max_size=2_000))
def test_field_opens_for_its_question_only(text):
    sealed = seal_field(text, KEY, ANSWER)
    assert open_field(sealed, KEY, ANSWER) == text
    for wrong in ({**ANSWER, "question": "q2"}, {**ANSWER, "application": "b"}, {**ANSWER, "lot": "1"}):
        with pytest.raises(SealBroken):
            open_field(sealed, KEY, wrong)
    with pytest.raises(SealBroken):
        open_field(sealed, new_key(), ANSWER)


def test_field_never_opens_as_an_envelope():
    facts = {**ANSWER, "round": "r", "applicant": "p", "version": 1, "part": "price"}
    with pytest.raises(SealBroken):
        open_envelope(seal_field("x", KEY, facts), KEY, facts)
    with pytest.raises(SealBroken):
        open_envelope(b"PSE1" + seal_field("x", KEY, facts)[4:], KEY, facts)


def test_field_length_shows_only_steps():
    assert len({len(seal_field("x" * length, KEY, ANSWER)) for length in range(256)}) == 1


@given(
    st.sampled_from([0, 1, STEP - 1, STEP, STEP + 1, 2 * STEP, 2 * STEP + 7]), st.sampled_from([1_000, STEP, 100_000])
)
def test_stream_opens_however_it_is_cut_into_chunks(length, pieces):
    content = bytes(range(256)) * (length // 256 + 1)
    sealed = streamed(content[:length], pieces)
    delivered = (sealed[at : at + pieces + 3] for at in range(0, len(sealed), pieces + 3))
    assert b"".join(decrypt_stream(delivered, KEY, DOCUMENT)) == content[:length]


@given(st.data())
def test_stream_with_a_flipped_bit_is_refused(data):
    sealed = bytearray(streamed(b"x" * (STEP + 5)))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(SealBroken):
        list(decrypt_stream([bytes(sealed)], KEY, DOCUMENT))


@given(st.data())
def test_stream_cut_anywhere_is_refused(data):
    sealed = streamed(b"x" * (2 * STEP + 5))
    with pytest.raises(SealBroken):
        list(decrypt_stream([sealed[: data.draw(st.integers(0, len(sealed) - 1))]], KEY, DOCUMENT))


def test_stream_cut_between_chunks_is_refused():
    frame = STEP + 17
    sealed = streamed(b"x" * (2 * STEP + 5))
    for frames in (0, 1, 2):
        with pytest.raises(SealBroken):
            list(decrypt_stream([sealed[: 28 + frames * frame]], KEY, DOCUMENT))


def test_stream_reordered_doubled_or_extended_is_refused():
    frame = STEP + 17
    sealed = streamed(b"x" * STEP + b"y" * STEP + b"z")
    head, *frames = [sealed[:28]] + [sealed[at : at + frame] for at in range(28, len(sealed), frame)]
    first, second, last = frames
    for wrong in (
        [second, first, last],
        [first, first, second, last],
        [first, last],
        [first, second, last, last],
        [last],
    ):
        with pytest.raises(SealBroken):
            list(decrypt_stream([head, *wrong], KEY, DOCUMENT))
    other = streamed(b"x" * STEP + b"y" * STEP + b"z")
    with pytest.raises(SealBroken):
        list(decrypt_stream([head, first, other[28 + frame :]], KEY, DOCUMENT))


@pytest.mark.parametrize("fact", ["round", "applicant", "document"])
def test_stream_of_another_document_is_refused(fact):
    sealed = streamed(b"x")
    with pytest.raises(SealBroken):
        list(decrypt_stream([sealed], KEY, {**DOCUMENT, fact: "other"}))
    with pytest.raises(SealBroken):
        list(decrypt_stream([sealed], new_key(), DOCUMENT))


@given(st.integers(0, STEP - 1))
def test_stream_length_shows_only_steps(length):
    assert len(streamed(b"x" * length, STEP)) == 28 + STEP + 17
