from pybytomd.p2p.peers.bans import (
    BAN_DURATION,
    CONNECTION_FAULT,
    ILLEGAL_MESSAGE,
    MAX_BANS,
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


def test_bans_are_bounded_in_number() -> None:
    stored = {f"10.{number >> 8}.{number & 255}.1": NOW + 1.0 + number for number in range(MAX_BANS + 5)}
    bans = BanList(stored)
    assert len(bans.active(NOW)) == MAX_BANS
    assert not bans.is_banned("10.0.4.1", NOW)  # of those that end first
    assert bans.is_banned("10.0.5.1", NOW)
    bans.ban("11.0.0.1", NOW + 0.5)
    assert len(bans.active(NOW)) == MAX_BANS
    assert not bans.is_banned("10.0.5.1", NOW)
    assert bans.is_banned("11.0.0.1", NOW + 1)


def test_bans_that_ended_are_forgotten_though_nobody_asks_for_them() -> None:
    bans = BanList({f"10.0.0.{number}": NOW + 1.0 for number in range(200)})
    bans.ban("11.0.0.1", NOW + 2)
    assert set(bans.active(NOW)) == {"11.0.0.1"}


def test_a_site_of_ipv6_is_one_address() -> None:
    bans = BanList()
    reports = [bans.report(f"2001:db8::{number:x}", ILLEGAL_MESSAGE, NOW) for number in range(1, 7)]
    assert reports[-1] == (120, True)
    assert bans.is_banned("2001:db8::ffff:1", NOW)
    assert not bans.is_banned("2001:db8:0:1::1", NOW)
    bans.ban("::ffff:10.0.0.1", NOW)
    assert bans.is_banned("10.0.0.1", NOW)
    assert not bans.is_banned("::ffff:10.0.0.2", NOW)
