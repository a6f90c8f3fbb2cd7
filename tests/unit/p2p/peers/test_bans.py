from pybytomd.p2p.peers.bans import (
    BAN_DURATION,
    CONNECTION_FAULT,
    ILLEGAL_MESSAGE,
    MAX_TRACKED_ADDRESSES,
    BanList,
    BanScore,
)

NOW = 1_700_000_000


def test_the_sixth_illegal_message_bans() -> None:
    bans = BanList()
    assert [bans.report("10.0.0.1", ILLEGAL_MESSAGE, NOW + i * 600) for i in range(6)] == [
        (20, False),
        (40, False),
        (60, False),
        (80, False),
        (100, False),
        (120, True),
    ]
    assert bans.is_banned("10.0.0.1", NOW + 5 * 600)


def test_faults_fade() -> None:
    score = BanScore()
    for _ in range(5):
        score.increase(CONNECTION_FAULT, NOW)
    assert score.value(NOW) == 100
    assert score.value(NOW + 60) == 50
    assert score.value(NOW + 1801) == 0
    assert score.value(NOW - 1) == 0
    assert score.increase(CONNECTION_FAULT, NOW + 60) == 70
    assert score.increase(CONNECTION_FAULT, NOW + 60 + 1801) == 20


def test_a_new_ban_leaves_the_others_in_force() -> None:
    bans = BanList({"10.0.0.1": NOW + 100.0})
    bans.ban("10.0.0.2", NOW)
    assert bans.active(NOW) == {"10.0.0.1": NOW + 100.0, "10.0.0.2": NOW + BAN_DURATION}


def test_a_ban_ends() -> None:
    bans = BanList()
    bans.ban("10.0.0.1", NOW)
    assert bans.is_banned("10.0.0.1", NOW + BAN_DURATION - 1)
    assert not bans.is_banned("10.0.0.1", NOW + BAN_DURATION)
    assert not bans.is_banned("10.0.0.1", NOW)
    assert not bans.is_banned("10.0.0.9", NOW)


def test_scores_are_bounded_in_number() -> None:
    bans = BanList()
    bans.report("first", ILLEGAL_MESSAGE, NOW)
    for number in range(MAX_TRACKED_ADDRESSES):
        bans.report(str(number), ILLEGAL_MESSAGE, NOW)
    assert bans.report("first", ILLEGAL_MESSAGE, NOW) == (20, False)
