"""The commands ``tx``: a payment as files, signed where there is no network, by one or by several."""

from __future__ import annotations

from pybytomd.cli.client.passwords import PASSWORD_FLAG
from pybytomd.cli.commands import GoGroup
from pybytomd.cli.flags import Flag
from pybytomd.cli.own.command import OwnCommand, Session, Status
from pybytomd.cli.own.payments.send import YES
from pybytomd.node.settings.value_types import Kind

INTO = Flag("into", Kind.TEXT, "file to write; it must not be there yet")
QR = Flag("qr", Kind.SWITCH, "show it as QR codes, one after the other, until Ctrl-C")
QR_INTO = Flag(
    "qr-into", Kind.TEXT, "write it as QR codes: a new directory of PNG files, or one .svg or .gif that moves"
)
OUTLETS = (INTO, QR, QR_INTO)
FRAMES = Flag(
    "frames", Kind.SWITCH, "FILEs are pictures of its QR codes, directories of them, or - for their texts"
)
DEFAULT_HOURS = 24


def _export(session: Session) -> None:
    from pybytomd.cli.own.offline import steps  # here and below: other commands start quicker without it

    steps.export(session)


def _show(session: Session) -> None:
    from pybytomd.cli.own.offline import steps

    steps.show(session)


def _sign(session: Session) -> None:
    from pybytomd.cli.own.offline import steps

    steps.sign(session)


def _combine(session: Session) -> None:
    from pybytomd.cli.own.offline import steps

    steps.combine_files(session)


def _submit(session: Session) -> None:
    from pybytomd.cli.own.offline import steps

    steps.submit(session)


TX = GoGroup("tx", short="Payments as files, signed on a machine without a network, by one or by several")
"""What can be done with a payment in a file."""
TX.add_command(
    OwnCommand(
        "export",
        _export,
        short="Write a payment into a file, not signed",
        usage="export ADDRESS AMOUNT [ADDRESS AMOUNT ...] --into FILE | --qr | --qr-into DIR",
        flags=(
            Flag("from", Kind.TEXT, "alias or id of the account that pays; needed if there are several"),
            Flag("asset", Kind.TEXT, "alias or id of what is paid", "BTM"),
            Flag("reserve", Kind.UNSIGNED, "hours for which the node keeps what is spent", DEFAULT_HOURS),
            *OUTLETS,
        ),
        description=(
            "Write a payment into a file instead of signing it. The fee is found as by send. The node keeps what\n"
            "the payment spends for it, as long as it runs, for the hours of --reserve. With --qr it is shown as\n"
            "QR codes in turn, as many as it takes, for the camera of a machine that has no network."
        ),
        examples=(
            "pybytomcli tx export --from shared ADDRESS 1.5 --into payment.json\n"
            "pybytomcli tx export --from shared ADDRESS 1.5 --qr\n"
            "pybytomcli tx export --from shared ADDRESS 1.5 --qr-into payment.svg"
        ),
    )
)
TX.add_command(
    OwnCommand(
        "show",
        _show,
        short="Say what a payment in a file does, and who has signed it",
        usage="show FILE | --frames FILE ...",
        flags=(FRAMES, *OUTLETS),
        description=(
            "Say what a payment in a file does: amounts, receivers, fee, how many have signed. All is read from\n"
            "the transaction itself, not from what else the file says. With --qr, --qr-into or --into it is also\n"
            "shown or written as it is: a file as QR codes, or what was read from them as a file. Needs no node."
        ),
        examples=(
            "pybytomcli tx show payment.json\npybytomcli tx show payment.json --json\n"
            "pybytomcli tx show payment.json --qr\npybytomcli tx show --frames photographs/"
        ),
    )
)
TX.add_command(
    OwnCommand(
        "sign",
        _sign,
        short="Sign a payment in a file, with keys of a node that needs no network",
        usage="sign FILE | --frames FILE ...",
        flags=(FRAMES, *OUTLETS, PASSWORD_FLAG, YES),
        description=(
            "Sign a payment in a file with the keys of a node, as one that runs with --vault_mode on a machine\n"
            "without a network. What it does is shown before you are asked; each key with the password signs."
        ),
        examples=(
            "pybytomcli tx sign payment.json --into signed.json\npybytomcli tx sign --frames photographs/ --qr"
        ),
        statuses=(Status.DECLINED,),
    )
)
TX.add_command(
    OwnCommand(
        "combine",
        _combine,
        short="Put together what several have signed",
        usage="combine FILE FILE ... | --frames FILE ...",
        flags=(FRAMES, *OUTLETS),
        description="Put the signatures of several files of the same payment into one. Needs no node.",
        examples=(
            "pybytomcli tx combine of-alice.json of-bob.json --into signed.json\n"
            "pybytomcli tx combine --frames of-alice/ of-bob/ --into signed.json"
        ),
    )
)
TX.add_command(
    OwnCommand(
        "submit",
        _submit,
        short="Hand in a payment in a file, once it is signed",
        usage="submit FILE | --frames FILE ...",
        flags=(
            FRAMES,
            Flag("confirmations", Kind.UNSIGNED, "wait for so many blocks, the one with the payment the first"),
            YES,
        ),
        examples=(
            "pybytomcli tx submit signed.json\npybytomcli tx submit signed.json --yes --confirmations 6\n"
            "pybytomcli tx submit --frames signed-1.jpg signed-2.jpg"
        ),
        statuses=(Status.DECLINED, Status.UNCERTAIN),
    )
)
