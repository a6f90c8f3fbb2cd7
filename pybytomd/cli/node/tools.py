"""The tools of ``pybytomd``: archives of the chain, database checks, a miner, the compiler of contracts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from pybytomd.cli.commands import CommandFailed, GoGroup, Invocation
from pybytomd.cli.flags import Flag
from pybytomd.cli.interruption import until_interrupted
from pybytomd.cli.node.databases import add_upkeep
from pybytomd.cli.node.progress import ProgressLine
from pybytomd.cli.node.rollback import add_rollback
from pybytomd.cli.written_files import file_to_write
from pybytomd.node.home.locations import node_home
from pybytomd.node.settings.sources import Environment
from pybytomd.node.settings.value_types import Kind

CHAIN_ID = Flag("chain_id", Kind.TEXT, "Select network type, when config.toml does not", default="solonet")
PROOFS = Flag("proofs", Kind.SWITCH, "Check every proof of work too: some 16 ms a block and processor")
MEND = Flag("mend", Kind.SWITCH, "Put right what is wrong")
BINARY = Flag("bin", Kind.SWITCH, "Binary of the contracts in hex.")
SHIFT = Flag("shift", Kind.SWITCH, "Function shift of the contracts.")
INSTANCE = Flag("instance", Kind.SWITCH, "Object of the Instantiated contracts.")
THREADS = Flag("threads", Kind.INTEGER, "How many processors to mine with", default=1)

FORMAT = Flag("format", Kind.TEXT, "archive, for chain import, or parquet, for queries", default="archive")
LAG = Flag("lag", Kind.UNSIGNED, "With --format parquet: how many blocks below the tip to end", default=100)
BLOCKS_PER_FILE = Flag(
    "blocks_per_file", Kind.UNSIGNED, "With --format parquet, in a new directory: blocks of a file", default=10_000
)

EXPORT_EXAMPLES = """\
pybytomd chain export chain.blocks                  write the main chain to a file
pybytomd chain export chain.blocks.gz               the same, compressed
pybytomd chain export --format parquet warehouse    tables for DuckDB, Spark or a warehouse; go on with them"""
IMPORT_EXAMPLES = """\
pybytomd chain import chain.blocks          add its blocks, each fully checked
pybytomd chain import --home ./new f.gz     after Ctrl-C the same command goes on where it stopped"""
VERIFY_EXAMPLES = """\
pybytomd db verify                          blocks and unspent outputs
pybytomd db verify --proofs                 proofs of work as well"""
REPAIR_EXAMPLES = """\
pybytomd db repair wallet                   keep what can be read, and the damaged files beside it"""
CHECK_EXAMPLES = """\
pybytomd wallet check                       compare, and change nothing
pybytomd wallet check --mend                put right what is wrong"""
API_ADDRESS = Flag("api_addr", Kind.TEXT, "Address of the HTTP API", default="127.0.0.1:9888")
MINING = Flag("mining", Kind.SWITCH, "Refused, with what to do instead", hidden=True)
RESET = Flag("reset", Kind.SWITCH, "Begin anew: remove chain, wallet and keys of --home before")
BYTOM2 = Flag("bytom2", Kind.SWITCH, "A network of validators of Bytom 2 instead")
VALIDATORS = Flag("validators", Kind.INTEGER, "With --bytom2: how many validators, 1 to 10", default=4)
DEV_EXAMPLES = """\
pybytomd dev                                in memory, gone at the end
pybytomd dev --home ./devchain              kept in a directory; the same command goes on with it
pybytomd dev --home ./devchain --reset      begin anew there
pybytomd dev --bytom2 --validators 4        four validators of Bytom 2 on this machine"""
MINER_EXAMPLES = """\
pybytomd miner                                              mine for the node on this machine
BYTOM_URL=http://10.0.0.5:9888 pybytomd miner --threads 4   mine for another one"""

EQUITY_EXAMPLES = """\
pybytomd equity vault.equity --bin --shift          bodies, and where their clauses start
pybytomd equity vault.equity --instance -- 5 -3     the last contract with arguments"""


def add_tools(root: GoGroup, variables: Mapping[str, str]) -> None:
    """Add the commands to the program; ``variables`` is the environment."""
    root.add_command(_chain_commands(variables))
    root.add_command(_database_commands(variables))
    root.add_command(_wallet_commands(variables))

    @root.command_of(
        "miner",
        short="Mine for a node in a process of its own",
        arguments=0,
        flags=(THREADS,),
        examples=MINER_EXAMPLES,
        description=(
            "Fetches work from the node at BYTOM_URL, http://127.0.0.1:9888 if that is not set,\n"
            "searches for a nonce, and hands in what it finds. BYTOM_ACCESS_TOKEN, in the form\n"
            "id:secret, is sent along if it is set."
        ),
    )
    def miner(invocation: Invocation) -> None:
        from pybytomd.cli.node.miner import run_miner

        run_miner(int(invocation.value("threads")), variables)

    @root.command_of(
        "dev",
        short="Run a chain of your own for development, with a funded account",
        arguments=0,
        flags=(API_ADDRESS, RESET, BYTOM2, VALIDATORS, MINING),
        examples=DEV_EXAMPLES,
        description=(
            "Runs a node of the network dev: blocks need no proof of work and are made on demand, by\n"
            "pybytomcli generate 10 --to ADDRESS, a thousand in seconds; it has no peers, whatever is\n"
            "configured. An account with money to spend is made at the first start and told with its\n"
            "address and password. A reward can be spent a hundred blocks later: generate 100 is enough.\n\n"
            "With --bytom2 it runs several validators of Bytom 2, each a node in a process of its own on\n"
            "this machine, at free ports: a block every second, epochs of ten. All end with this command."
        ),
    )
    def dev(invocation: Invocation) -> None:
        flags = invocation.given.flags
        is_kept = bool(flags.get("home") or flags.get("root"))
        if invocation.value("reset") and not is_kept:
            raise CommandFailed("--reset is for a chain in a directory: name it with --home")
        if "validators" in flags and not invocation.value("bytom2"):
            raise CommandFailed("--validators is for a network of Bytom 2: say --bytom2 as well")
        home = named_home(invocation, variables) if is_kept else None
        run = _run_validators if invocation.value("bytom2") else _run_dev_chain
        run(invocation, home, variables)

    @root.command_of(
        "equity",
        short="Compile contracts written in Equity",
        usage="equity FILE [ARGUMENT...]",
        flags=(BINARY, SHIFT, INSTANCE),
        examples=EQUITY_EXAMPLES,
    )
    def equity(invocation: Invocation) -> None:
        from pybytomd.cli.node.equity import NotDescribed, describe_contracts

        if not invocation.arguments:
            raise CommandFailed("no file is named; see pybytomd equity --help")
        file, *texts = invocation.arguments
        lines = describe_contracts(
            file,
            tuple(texts),
            binary=bool(invocation.value("bin")),
            shift=bool(invocation.value("shift")),
            instance=bool(invocation.value("instance")),
        )
        try:
            for line in lines:
                click.echo(line)
        except NotDescribed as error:  # said where the reference says it, but with a status that scripts can see
            click.echo(str(error))
            raise click.exceptions.Exit(1) from error


def named_home(invocation: Invocation, variables: Mapping[str, str]) -> Path:
    """The home directory that is meant. Warns of variables that look like settings and are none."""
    for name in Environment(variables).unknown():
        click.echo(f"WARNING: unknown setting in the environment: {name}", err=True)
    return node_home(invocation.given.flags, variables)


def _run_dev_chain(invocation: Invocation, home: Path | None, variables: Mapping[str, str]) -> None:
    from pybytomd.cli.node.dev_chain import run_dev_chain
    from pybytomd.mining.errors import MinedOnDemand

    if invocation.value("mining"):
        raise CommandFailed(f"{MinedOnDemand.message}; leave out --mining")
    settings = {"api_addr": invocation.value("api_addr")}
    run_dev_chain(home, settings, variables, bool(invocation.value("reset")))


def _run_validators(invocation: Invocation, home: Path | None, variables: Mapping[str, str]) -> None:
    from pybytomd.cli.node.validators import run_validators

    address = variables.get("LISTEN") or str(invocation.given.flags.get("api_addr", ""))
    count, reset = int(invocation.value("validators")), bool(invocation.value("reset"))
    run_validators(home, count, address, reset=reset)


def _chain_commands(variables: Mapping[str, str]) -> GoGroup:
    group = GoGroup("chain", short="Write the chain to a file, or read one")

    @group.command_of(
        "export", short="Write the main chain to a file, or as tables to a directory", usage="export FILE|DIR",
        arguments=1, flags=(CHAIN_ID, FORMAT, LAG, BLOCKS_PER_FILE), examples=EXPORT_EXAMPLES,
        description=(
            "Write the main chain to a file, or with --format parquet as tables to a directory: blocks,\n"
            "transactions, inputs and outputs, in files by height. There it goes on where the last export\n"
            "ended, so it can be run every day. It ends --lag blocks below the tip, so that what was written\n"
            "need not be taken back when the chain is reorganised. Parquet files need the library pyarrow:\n"
            "pip install 'pybytomd[parquet]'."
        ),
    )  # fmt: skip
    def export(invocation: Invocation) -> None:
        path = file_to_write(invocation.arguments[0])
        if _is_parquet(invocation):
            _export_parquet(invocation, path, variables)
            return
        from pybytomd.chain.archive.transfer import export_chain
        from pybytomd.node.offline import offline_chain

        flags = invocation.given.flags
        with (
            offline_chain(named_home(invocation, variables), flags, variables) as chain,
            until_interrupted() as go_on,
        ):
            with ProgressLine("exporting", chain.best_height + 1) as line:
                count = export_chain(chain, path, line.step, go_on)
            click.echo(f"{path}: {count} blocks, up to {chain.best_height} {chain.best_hash.hex()}")

    @group.command_of(
        "import", short="Add the blocks of a file", usage="import FILE", arguments=1, flags=(CHAIN_ID,),
        examples=IMPORT_EXAMPLES,
    )  # fmt: skip
    def import_(invocation: Invocation) -> None:
        from pybytomd.chain.archive.file_format import ArchiveError, ChainArchive
        from pybytomd.chain.archive.transfer import import_chain
        from pybytomd.node.offline import offline_chain
        from pybytomd.pow.verifier import ProofVerifier

        path = Path(invocation.arguments[0])
        flags = invocation.given.flags
        with (
            ChainArchive.open(path) as archive,
            offline_chain(named_home(invocation, variables), flags, variables) as chain,
            until_interrupted() as go_on,
            ProofVerifier() as proofs,
        ):
            with ProgressLine("importing", archive.header.count) as line:
                try:
                    done = import_chain(chain, archive, proofs, line.step, go_on)
                except ArchiveError as error:
                    raise error.within(str(path)) from error
            click.echo(
                f"{done.added} blocks added, {done.known} were here already; "
                f"the chain is at block {chain.best_height} {chain.best_hash.hex()}"
            )
            if not done.is_complete:
                raise CommandFailed("stopped before the end of the file; run the same command to go on")

    return group


def _is_parquet(invocation: Invocation) -> bool:
    wanted = str(invocation.value("format"))
    if wanted not in ("archive", "parquet"):
        raise CommandFailed(f"--format takes archive or parquet, not {wanted}")
    if wanted == "archive":
        for name in ("lag", "blocks_per_file"):
            if name in invocation.given.flags:
                raise CommandFailed(f"--{name} is for --format parquet; an archive has the whole chain")
    return wanted == "parquet"


def _export_parquet(invocation: Invocation, directory: Path, variables: Mapping[str, str]) -> None:
    from pybytomd.node.offline import offline_chain
    from pybytomd.parquet.export import export_parquet

    flags = invocation.given.flags
    with (
        offline_chain(named_home(invocation, variables), flags, variables) as chain,
        until_interrupted() as go_on,
    ):
        lag = int(invocation.value("lag"))
        with ProgressLine("exporting", max(chain.best_height - lag + 1, 0)) as line:
            done = export_parquet(
                chain,
                directory,
                lag=lag,
                blocks_per_file=int(invocation.value("blocks_per_file")) if "blocks_per_file" in flags else None,
                on_block=line.step,
                go_on=go_on,
            )
    upto = f"complete up to block {done.height}" if done.height >= 0 else "the chain is not yet long enough"
    click.echo(f"{directory}: {done.blocks} blocks added, {upto}")


def _database_commands(variables: Mapping[str, str]) -> GoGroup:
    group = GoGroup("db", short="Look after the databases")
    add_upkeep(group, variables, CHAIN_ID)
    add_rollback(group, variables, CHAIN_ID)

    @group.command_of(
        "verify", short="Check that the chain is whole and the unspent outputs follow from it",
        arguments=0, flags=(CHAIN_ID, PROOFS), examples=VERIFY_EXAMPLES,
    )  # fmt: skip
    def verify(invocation: Invocation) -> None:
        from pybytomd.chain.verification import DatabaseVerification
        from pybytomd.node.offline import existing_store, offline_config
        from pybytomd.pow.verifier import ProofVerifier

        flags = invocation.given.flags
        with (
            offline_config(named_home(invocation, variables), flags, variables) as config,
            existing_store(config) as store,
            ProofVerifier() as proofs,
            until_interrupted() as go_on,
        ):
            state = store.chain_state()
            wanted = proofs if invocation.value("proofs") else None
            with ProgressLine("verifying", 0 if state is None else state.height + 1) as line:
                report = DatabaseVerification(
                    store, config.params, proofs=wanted, on_block=line.step, go_on=go_on
                ).run()
        for problem in report.problems:
            click.echo(problem)
        if not report.is_sound:
            raise CommandFailed(f"{report.problem_count} problems; {report.extent}")
        if not report.complete:
            raise CommandFailed(f"stopped; {report.extent}")
        click.echo(f"{report.headers} blocks and {report.outputs} outputs are whole")

    @group.command_of(
        "repair", short="Keep of a damaged database what can be read", usage="repair NAME", arguments=1,
        flags=(CHAIN_ID,), examples=REPAIR_EXAMPLES,
        description=(
            "NAME is that of a database: core, wallet, accesstoken, txfeeds. The damaged files are\n"
            "kept beside the repaired ones. What could not be read is not told: compare with a\n"
            "backup, and run pybytomd db verify or pybytomd wallet check --mend."
        ),
    )  # fmt: skip
    def repair(invocation: Invocation) -> None:
        from pybytomd.node.offline import offline_config
        from pybytomd.store.repair.salvage import repair as repair_database

        flags = invocation.given.flags
        name = invocation.arguments[0].removesuffix(".db")
        if name != Path(name).name:
            raise CommandFailed(f"{name} is not the name of a database, like wallet")
        with offline_config(named_home(invocation, variables), flags, variables) as config:
            done = repair_database(config.db_directory / f"{name}.db")
        for kind, count in sorted(done.entries.items()):
            click.echo(f"  {count:8} {kind}")
        click.echo(
            f"{done.entries.total()} entries of {name}.db are readable; the damaged files are in {done.aside}"
        )

    return group


def _wallet_commands(variables: Mapping[str, str]) -> GoGroup:
    group = GoGroup("wallet", short="Look after the wallet")

    @group.command_of(
        "check", short="Compare what the wallet says it owns with the chain", arguments=0, flags=(CHAIN_ID, MEND),
        examples=CHECK_EXAMPLES,
    )  # fmt: skip
    def check(invocation: Invocation) -> None:
        from pybytomd.node.offline import offline_wallet
        from pybytomd.wallet.check import check_wallet

        flags = invocation.given.flags
        with offline_wallet(named_home(invocation, variables), flags, variables) as wallet:
            report = check_wallet(wallet, mend=bool(invocation.value("mend")))
        *details, verdict = report.lines()
        for line in details:
            click.echo(line)
        if not report.is_sound and not report.mended:
            raise CommandFailed(f"{verdict}; --mend puts that right")
        click.echo(verdict)

    return group
