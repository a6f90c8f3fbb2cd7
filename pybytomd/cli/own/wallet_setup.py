"""The commands below ``wallet``: a first wallet, one from its words or an image, a backup in a file."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import click

from pybytomd.cli.client.answers import Record, record, records, text, texts, whole
from pybytomd.cli.client.passwords import PASSWORD_FLAG, read_password
from pybytomd.cli.client.tables import Form, Table, harmless
from pybytomd.cli.commands import GoGroup
from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.progress import ProgressLine
from pybytomd.cli.own.command import OwnCommand, Session, Status, Stopped
from pybytomd.cli.own.mnemonics import LANGUAGES, Words, read_words
from pybytomd.cli.own.payments.send import YES
from pybytomd.cli.written_files import file_to_write
from pybytomd.client.errors import OddAnswer
from pybytomd.codec.json import gojson
from pybytomd.codec.json.gojson import JsonValue
from pybytomd.errors import BytomError, ConfigError, DecodeError
from pybytomd.files import write_whole
from pybytomd.node.settings.value_types import Kind

DEFAULT_ALIAS = "default"
ASKED_WORDS = 2
ATTEMPTS = 3
PRIVATE = 0o600
MAX_IMAGE = 64 << 20
SECTIONS = ("account_image", "asset_image", "key_images")
POLL_SECONDS = 0.2
LANGUAGE = Flag("language", Kind.TEXT, f"of the words: {', '.join(LANGUAGES)}")
NO_WAIT = Flag("no-wait", Kind.SWITCH, "do not wait for the search of accounts and addresses, which goes on")


def _alias(session: Session) -> str:
    if len(session.arguments) > 1:
        raise ConfigError("name one wallet; write names with blanks in quotes")
    return session.arguments[0] if session.arguments else DEFAULT_ALIAS


def _create(session: Session) -> None:
    alias, language = _alias(session), _language(session)
    password = read_password(session.text("password-file"), "New password", twice=True)
    wanted = {"language": language} if language else {}
    key = record(session.ask("create-key", {"alias": alias, "password": password, **wanted}))
    words = text(key, "mnemonic").split()
    if not words:
        raise OddAnswer.because("mnemonic")
    if session.form is not Form.JSON:
        _show_words(session, words)
    try:
        account = _account(session, alias, text(key, "xpub"))
        address = record(session.ask("create-account-receiver", {"account_id": text(account, "id")}))
    except (BytomError, Stopped):
        # The key is there by now, and its words are told this once, whatever becomes of the rest.
        session.say("The key was made, but not all of its account; create-account goes on from here.")
        if session.form is Form.JSON:
            session.say(f"Its words, shown only now: {' '.join(words)}")
        raise
    data: JsonValue = {"mnemonic": " ".join(words), "xpub": text(key, "xpub"), "account": account, **address}
    rows = [(text(account, "alias"), text(account, "id"), text(address, "address"))]
    session.show(Table(("account", "id", "address"), rows, data))


def _show_words(session: Session, words: list[str]) -> None:
    """The words on the terminal, and a question for two: who has not written them down finds out now."""
    session.say("\nWrite these words down, in this order, on paper. They are shown only now. Whoever has them")
    session.say("has the money; without them it is lost when this machine is.\n")
    for number, word in enumerate(words, 1):
        session.say(f"  {number:2d}. {word}")
    session.say("")
    if not sys.stdin.isatty():
        return
    for place in sorted(random.SystemRandom().sample(range(len(words)), ASKED_WORDS)):
        for _ in range(ATTEMPTS):
            if click.prompt(f"To be sure: word {place + 1}", err=True, type=str).strip() == words[place]:
                break
            session.say("That is another word. Look again at what you wrote down.")
        else:
            session.say("Write the words down now, as they are above. The wallet is there, and can be used.")
            return
    click.clear()


def _account(session: Session, alias: str, xpub: str) -> Record:
    return record(session.ask("create-account", {"alias": alias, "root_xpubs": [xpub], "quorum": 1}))


def _restore(session: Session) -> None:
    file = session.text("image")
    if file:
        _restore_image(session, Path(file))
        return
    alias = _alias(session)
    words = _words(session)
    if not words.is_whole:
        session.say("The last word does not fit the others: one of them is mistyped, or in another place.")
        session.confirm("Make a key of them all the same?")
    password = read_password(session.text("password-file"), "New password", twice=True)
    request: JsonValue = {
        "alias": alias, "password": password, "mnemonic": words.sentence, "language": words.language
    }  # fmt: skip
    key = record(session.ask("create-key", request))
    xpub = text(key, "xpub")
    try:
        session.ask("recovery-wallet", {"xpubs": [xpub]})
    except BytomError:
        # One search goes on until the block after its last; a second restore would be refused for the key's name.
        session.say("The key is here, but its accounts are not looked for yet. When the node can:")
        session.say(f"  pybytomcli recovery-wallet 'xpubs=[\"{xpub}\"]'")
        raise
    session.say("The key is here; its accounts are being looked for on the chain.")
    _watch_search(session)
    found = [one for one in records(session.ask("list-accounts", {})) if xpub in texts(one, "xpubs")]
    for account in found:
        session.say(f"Found the account {harmless(text(account, 'alias'))}")
    session.show(Table(("key", "xpub"), [(text(key, "alias"), xpub)], {**key, "accounts": list(found)}))


def _language(session: Session) -> str:
    language = session.text("language")
    if language and language not in LANGUAGES:
        raise ConfigError(f"--language takes one of {', '.join(LANGUAGES)}, not {language!r}")
    return language


def _words(session: Session) -> Words:
    file, language = session.text("mnemonic-file"), _language(session)
    if file:
        return read_words(_read(Path(file)), language)
    if not sys.stdin.isatty():
        raise ConfigError("give the words with --mnemonic-file, or type them on a terminal")
    typed: str = click.prompt("The words, with blanks between", hide_input=True, err=True)
    return read_words(typed, language)


def _watch_search(session: Session) -> None:
    """Show how far the wallet has read the chain, until it has; Ctrl-C only ends the watching.

    Raises Stopped when the wallet cannot go on, and what ``ask`` does.
    """
    if session.value("no-wait"):
        session.say("pybytomcli status tells how far the search is.")
        return
    with until_interrupted() as goes_on, ProgressLine("searching blocks", 1) as line:
        while goes_on():
            info = record(session.ask("wallet-info"))
            if problem := text(info, "error"):
                raise Stopped(f"what was restored is here, but the wallet cannot go on: {problem}", Status.REFUSED)
            height, best = whole(info, "wallet_height"), whole(info, "best_block_height")
            line.reach(height, best)
            if height >= best:
                return
            time.sleep(POLL_SECONDS)
    session.say("The search goes on in the node; pybytomcli status tells how far it is.")


def _restore_image(session: Session, file: Path) -> None:
    try:
        image = gojson.loads(_read(file))
    except DecodeError as error:
        raise ConfigError(f"{file} is no image of a wallet: {error}") from error
    session.ask("restore-wallet", image)
    session.say("What was in the image is here; its addresses are being looked for.")
    _watch_search(session)
    session.show(Table(("restored",), [(str(file),)], {"restored": str(file)}))


def _read(file: Path) -> str:
    with file.open("rb") as opened:
        data = opened.read(MAX_IMAGE + 1)
    if len(data) > MAX_IMAGE:
        raise ConfigError(f"{file} is too long for a wallet")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text") from error


def _backup(session: Session) -> None:
    if len(session.arguments) != 1:
        raise ConfigError("name the file to write: pybytomcli wallet backup FILE")
    file = file_to_write(session.arguments[0])
    image = record(session.ask("backup-wallet"))
    if any(not isinstance(image.get(section), dict) for section in SECTIONS):
        raise OddAnswer.because("no image of a wallet")
    data = gojson.dumps(image) + b"\n"
    try:
        write_whole(file, data, mode=PRIVATE, new=True)
    except FileExistsError as error:
        raise ConfigError(f"{file} is there already, and is not replaced") from error
    if file.read_bytes() != data or gojson.loads(file.read_bytes()) != image:
        raise Stopped(f"{file} does not hold what was written; write to another disk", Status.WRONG)
    session.say("Written, and read back. The keys in it are as safe as their passwords.")
    session.show(Table(("file", "bytes"), [(str(file), str(len(data)))], {"file": str(file), "bytes": len(data)}))


WALLET = GoGroup("wallet", short="Create, restore and back up a wallet")
"""What can be done with a wallet as a whole."""
WALLET.add_command(
    OwnCommand(
        "create",
        _create,
        short="Make a key, an account and an address",
        usage="create [ALIAS]",
        flags=(LANGUAGE, PASSWORD_FLAG),
        description="Make a key, an account and an address. Shows the key's words once, and asks for two of them.",
        examples=(
            "pybytomcli wallet create\npybytomcli wallet create alice --password-file ~/.alice --json\n"
            "pybytomcli wallet create alice --language zh_CN"
        ),
    )
)
WALLET.add_command(
    OwnCommand(
        "restore",
        _restore,
        short="Bring back a wallet from its words, or from an image",
        usage="restore [ALIAS]",
        flags=(
            Flag("image", Kind.TEXT, "file that wallet backup wrote"),
            Flag("mnemonic-file", Kind.TEXT, "file with the words, instead of typing them"),
            LANGUAGE,
            NO_WAIT,
            PASSWORD_FLAG,
            YES,
        ),
        description=(
            "Bring back a wallet from its words, in whichever language they are, or from an image. Then the\n"
            "chain is searched for its accounts and addresses, which is shown until it is done; after Ctrl-C the\n"
            "search goes on in the node. If the words do not fit together you are asked before a key is made."
        ),
        examples="pybytomcli wallet restore alice\npybytomcli wallet restore --image wallet.json",
        statuses=(Status.DECLINED,),
    )
)
WALLET.add_command(
    OwnCommand(
        "backup",
        _backup,
        short="Write keys, accounts and assets into a file, and read it back",
        usage="backup FILE",
        examples="pybytomcli wallet backup wallet.json",
    )
)
