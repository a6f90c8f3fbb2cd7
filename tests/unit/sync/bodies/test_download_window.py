import pytest

from pybytomd.clock import ManualClock
from pybytomd.sync.bodies.download_window import (
    ANSWER_BYTES,
    FIRST_REQUESTS,
    FIRST_RUN,
    MAX_REQUESTS,
    Candidate,
    DownloadWindow,
    Request,
)


def name(height: int, branch: str = "") -> bytes:
    return f"{branch}{height}".encode().rjust(32, b".")


def blocks(first: int, count: int, branch: str = "") -> list[tuple[int, bytes, bytes]]:
    return [(h, name(h, branch), name(h - 1, branch)) for h in range(first, first + count)]


def window_of(count: int, clock: ManualClock | None = None, **limits: int) -> DownloadWindow:
    window = DownloadWindow(clock or ManualClock(), **limits)
    window.extend(blocks(1, count))
    return window


def answer(window: DownloadWindow, request: Request, size: int = 200) -> int:
    bodies = [(wanted.hash, bytes(size)) for wanted in request.blocks]
    return window.take(request.peer_id, bodies, request.question).used


A, B, C = (Candidate(peer, 10_000) for peer in "abc")


def test_peers_get_runs_in_turn() -> None:
    window = window_of(500)
    requests = window.assign([A, B, C])
    assert [request.peer_id for request in requests[:4]] == ["a", "b", "c", "a"]
    assert len(requests) == 3 * FIRST_REQUESTS
    assert all(len(request.blocks) == FIRST_RUN for request in requests)
    heights = [wanted.height for request in requests for wanted in request.blocks]
    assert heights == list(range(1, len(heights) + 1))
    assert (requests[1].parent_hash, requests[1].stop_hash) == (name(FIRST_RUN), name(2 * FIRST_RUN))
    assert window.assign([A, B, C]) == []


def test_runs_become_longer_for_small_blocks_and_single_for_large_ones() -> None:
    for size, expected in ((200, 128), (ANSWER_BYTES // 10, 5), (4 * ANSWER_BYTES, 1)):
        window = window_of(2000, max_bytes=1 << 30)
        for request in window.assign([A]):
            answer(window, request, size)
        longer = window.assign([A])
        assert len(longer[0].blocks) == expected
        assert 1 <= len(longer) <= MAX_REQUESTS


def test_blocks_are_taken_in_order() -> None:
    window = window_of(100)
    first, second, *_ = window.assign([A, B])
    assert answer(window, second) == FIRST_RUN
    assert window.head is not None
    assert window.head.body is None
    assert answer(window, first) == FIRST_RUN
    assert window.held_bytes == 2 * FIRST_RUN * 200
    for height in range(1, 2 * FIRST_RUN + 1):
        assert window.head.height == height
        assert window.head.body is not None
        window.advance()
    assert window.held_bytes == 0
    assert len(window) == 100 - 2 * FIRST_RUN


def test_only_what_a_peer_claims_to_have_is_asked_of_it() -> None:
    window = window_of(10)
    requests = window.assign([Candidate("a", 4), Candidate("b", 0)])
    assert [(r.peer_id, len(r.blocks)) for r in requests] == [("a", 4)]


def test_memory_is_bounded_but_the_lowest_block_is_always_asked_for() -> None:
    window = window_of(2000, max_bytes=10_000)
    first, *others = window.assign([A])
    answer(window, first, 1000)
    held = window.held_bytes
    assert [window.take("a", [], request.question).used for request in others] == [0] * (FIRST_REQUESTS - 1)
    assert window.assign([A, B]) == []
    assert window.held_bytes == held
    for _ in range(FIRST_RUN):
        window.advance()
    requests = window.assign([B])
    assert 0 < sum(len(request.blocks) for request in requests) * 1000 <= 10_000
    tiny = window_of(5, max_bytes=10)
    assert len(tiny.assign([A])) == 1


def test_an_answer_ends_the_requests_before_it_too() -> None:
    window = window_of(400)
    requests = [request for request in window.assign([A, B]) if request.peer_id == "a"]
    answer(window, requests[1])
    assert all("a" in wanted.refused for wanted in requests[0].blocks)
    assert window.requests_under_way == 2 * FIRST_REQUESTS - 2
    again = window.assign([A, B])
    assert next(request.peer_id for request in again if requests[0].blocks[0] in request.blocks) == "b"


def test_a_short_answer_is_asked_for_the_rest() -> None:
    window = window_of(FIRST_RUN)
    request = window.assign([A])[0]
    taken = window.take("a", [(wanted.hash, b"x" * 500) for wanted in request.blocks[:3]], request.question)
    assert (taken.used, taken.is_refusal) == (3, False)
    rest = window.assign([A])
    assert rest[0].blocks[0].height == 4


def test_other_blocks_are_a_refusal() -> None:
    window = window_of(FIRST_RUN)
    (request,) = window.assign([A])
    taken = window.take("a", [(name(7, "other"), b"x")], request.question)
    assert (taken.used, taken.is_refusal) == (0, True)
    assert window.assign([A]) == []
    assert window.assign([A, B])[0].peer_id == "b"


def test_after_an_empty_answer_blocks_are_asked_for_one_by_one() -> None:
    """A Go node sends an empty list when the first block alone is too large."""
    window = window_of(FIRST_RUN)
    (run,) = window.assign([A])
    window.take("a", [], run.question)
    assert window.is_cautious("a")
    single = window.assign([A])[0]
    assert len(single.blocks) == 1
    answer(window, single)
    assert not window.is_cautious("a")


def test_a_stalled_request_goes_to_others_and_may_still_be_answered() -> None:
    clock = ManualClock()
    window = window_of(FIRST_RUN, clock)
    request = window.assign([A])[0]
    clock.advance(3)
    assert window.release_stalled(4, {}) == []
    clock.advance(2)
    bytes_came_in = {"a": clock.monotonic()}
    assert window.release_stalled(4, bytes_came_in) == []
    assert window.release_stalled(4, {}) == [request]
    other = window.assign([A, B])
    assert [r.peer_id for r in other] == ["b"]
    assert answer(window, request) == FIRST_RUN
    assert answer(window, other[0]) == 0


def test_a_request_without_an_answer_expires_once() -> None:
    clock = ManualClock()
    window = window_of(500, clock)
    window.assign([A])
    clock.advance(31)
    assert window.expire(30, {}) == ["a"]
    assert window.expire(30, {}) == []
    lowest = next(request for request in window.assign([A, B]) if request.blocks[0].height == 1)
    assert lowest.peer_id == "b"


def test_a_late_answer_is_used_and_ends_no_request_that_it_is_not_for() -> None:
    clock = ManualClock()
    window = window_of(FIRST_RUN, clock)
    (late,) = window.assign([A])
    clock.advance(31)
    window.expire(30, {})
    window.extend(blocks(FIRST_RUN + 1, FIRST_RUN))
    (now,) = window.assign([A])
    taken = window.take("a", [(name(7, "other"), b"x")], late.question)
    assert (taken.used, taken.is_refusal) == (0, False)
    assert window.take("a", [], late.question).is_refusal is False
    assert window.requests_under_way == 1
    assert answer(window, late) == FIRST_RUN
    assert window.requests_under_way == 1
    assert answer(window, now) == FIRST_RUN
    assert window.requests_under_way == 0


def test_an_answer_that_is_being_sent_is_waited_for_within_reason() -> None:
    clock = ManualClock()
    window = window_of(FIRST_RUN, clock)
    window.assign([A])
    for _ in range(3):
        clock.advance(30)
        assert window.expire(30, {"a": clock.monotonic()}) == []
    clock.advance(31)
    assert window.expire(30, {"a": clock.monotonic()}) == ["a"]


def test_an_idle_peer_is_asked_for_the_lowest_blocks_as_well() -> None:
    clock = ManualClock()
    window = window_of(FIRST_RUN, clock)
    first = window.assign([A])[0]
    assert window.hasten([A, B], 2) is None
    clock.advance(3)
    second = window.hasten([A, B], 2)
    assert second is not None
    assert second.peer_id == "b"
    assert second.blocks == first.blocks
    assert window.hasten([A, B, C], 2) is None
    assert answer(window, second) == FIRST_RUN
    assert answer(window, first) == 0


def test_a_wrong_body_is_wanted_from_others() -> None:
    window = window_of(1)
    answer(window, window.assign([A])[0])
    assert window.head is not None
    assert window.reject(window.head) == "a"
    assert window.held_bytes == 0
    assert window.assign([A]) == []
    assert window.forgive(["a", "b"]) is False
    assert window.forgive(["a"]) is True
    assert len(window.assign([A])) == 1


def test_what_a_lost_peer_was_asked_for_is_open_again() -> None:
    window = window_of(FIRST_RUN)
    window.assign([A])
    window.drop_peer("a")
    window.drop_peer("unknown")
    assert window.requests_under_way == 0
    assert [request.peer_id for request in window.assign([B])] == ["b"]


def test_another_branch_keeps_what_both_have() -> None:
    window = window_of(10)
    answer(window, window.assign([A])[0])
    window.replace([*blocks(1, 4), *blocks(5, 8, "other")])
    assert len(window) == 12
    assert window.held_bytes == 4 * 200
    assert name(4) in window
    assert name(5) not in window
    assert window.last is not None
    assert window.last.hash == name(12, "other")


@pytest.mark.parametrize("count", [0, 1, 2048])
def test_room(count: int) -> None:
    window = window_of(count)
    assert window.room == window.capacity - count


def test_nothing_of_a_peer_that_sent_a_wrong_body_is_kept() -> None:
    window = window_of(6 * FIRST_RUN)
    requests = window.assign([A, B])
    for request in requests[:3]:
        answer(window, request)  # a, b, a
    assert window.head is not None
    assert window.reject(window.head) == "a"
    assert window.held_bytes == FIRST_RUN * 200
    assert {request.peer_id for s in window._suppliers.values() for request in s.requests} == {"b"}
    on_its_way = requests[4]
    assert on_its_way.peer_id == "a"
    assert answer(window, on_its_way) == 0
    from_b = window.assign([B])
    assert from_b[0].blocks == requests[0].blocks
    assert answer(window, from_b[0]) == FIRST_RUN


def test_a_peer_that_was_caught_is_believed_again_when_it_is_asked_again() -> None:
    window = window_of(2 * FIRST_RUN)
    first, second = window.assign([A])
    answer(window, first)
    assert window.head is not None
    window.reject(window.head)
    assert answer(window, second) == 0
    (again,) = window.assign([A])
    assert [wanted.height for wanted in again.blocks] == list(range(2, 2 * FIRST_RUN + 1))
    assert answer(window, again) == 2 * FIRST_RUN - 1


def test_bodies_of_a_lost_peer_stay_and_those_of_a_banned_one_do_not() -> None:
    window = window_of(2 * FIRST_RUN)
    first, second = window.assign([A, B])
    answer(window, first)
    answer(window, second)
    window.drop_peer("a")
    assert window.held_bytes == 2 * FIRST_RUN * 200
    window.drop_peer("b", is_banned=True)
    assert window.held_bytes == FIRST_RUN * 200
    (request,) = window.assign([C])
    assert request.blocks == second.blocks


def test_an_idle_peer_takes_over_several_requests_that_take_long() -> None:
    clock = ManualClock()
    window = window_of(8 * FIRST_RUN, clock)
    requests = [r for r in window.assign([A, B]) if r.peer_id == "a"]
    for request in list(window._suppliers["b"].requests):
        answer(window, request)
    clock.advance(3)
    taken_over = [window.hasten([A, B], 2) for _ in range(FIRST_REQUESTS)]
    assert [request.blocks for request in taken_over if request is not None] == [r.blocks for r in requests]
    assert window.hasten([A, B], 2) is None
