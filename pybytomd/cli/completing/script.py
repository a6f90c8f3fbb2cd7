"""The command that prints a script for the shell: Tab then completes commands, flags and their values."""

from __future__ import annotations

import click

from pybytomd.cli.commands import CommandFailed, GoCommand, GoGroup, Invocation

SHELLS = ("bash", "zsh", "fish")
CLIENT = "pybytomcli"
"""Installed together with the node, so one command covers both."""


def completion_script(root: GoGroup, program: str, shell: str) -> str:
    """The script for a shell. It calls the program with a variable set, which click answers."""
    from click.shell_completion import get_completion_class

    completion = get_completion_class(shell)
    if completion is None:
        raise CommandFailed(f"no completion for the shell {shell}; known are {', '.join(SHELLS)}")
    return completion(root, {}, program, f"_{program.upper()}_COMPLETE").source()


def add_completion_command(root: GoGroup) -> None:
    """The command ``completion SHELL``."""
    program = root.name or ""

    def run(invocation: Invocation) -> None:
        for name in (program, CLIENT):
            click.echo(completion_script(root, name, invocation.arguments[0]))

    root.add_command(
        GoCommand(
            "completion",
            run,
            short="Print a script that completes commands, flags and values in your shell",
            usage="completion bash|zsh|fish",
            arguments=1,
            examples=(
                f'eval "$({program} completion bash)"                 in ~/.bashrc\n'
                f'eval "$({program} completion zsh)"                  in ~/.zshrc\n'
                f"{program} completion fish | source                 in ~/.config/fish/config.fish"
            ),
        )
    )
