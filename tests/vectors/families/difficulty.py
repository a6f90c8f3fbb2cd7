"""``difficulty.json``: targets in compact form, work, retargeting, subsidy and median time."""

from pybytomd.consensus.coinbase import subsidy
from pybytomd.consensus.difficulty import median_time, next_bits
from pybytomd.pow.compact import compact_to_target, hash_to_int, target_to_compact, work
from tests.vectors.registry import Case, family


@family("difficulty")
def check_difficulty(case: Case, _document: Case) -> None:
    match case["op"]:
        case "compact":
            assert str(compact_to_target(case["bits"])) == case["target"]
            assert str(work(case["bits"])) == case["work"]
            assert target_to_compact(int(case["target"])) == case["recompact"]
        case "big_to_compact":
            assert target_to_compact(int(case["value"])) == case["bits"]
        case "hash_to_big":
            assert str(hash_to_int(bytes.fromhex(case["hash"]))) == case["value"]
        case "retarget":
            bits = next_bits(
                case["last_height"], case["last_bits"], case["last_timestamp"], case["compare_timestamp"]
            )
            assert bits == case["bits"]
        case "subsidy":
            assert subsidy(case["height"]) == case["amount"]
        case "past_median_time":
            assert median_time(case["timestamps"]) == case["median"]
        case op:
            raise AssertionError(f"unknown op {op}")
