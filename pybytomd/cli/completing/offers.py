"""Answers what could come next on a line, by the table. Looked up only when somebody presses Tab."""

from __future__ import annotations

from click.shell_completion import CompletionItem

from pybytomd.cli.flags import Given


class TableOffers:
    """See ``typed_line.Offers``."""

    def of_flag(self, name: str, incomplete: str, given: Given) -> list[CompletionItem]:
        """See ``Offers``."""
        from pybytomd.cli.completing.table import FLAGS
        from pybytomd.cli.completing.values import completions

        kind = FLAGS.get(name)
        return [] if kind is None else completions(kind, incomplete, given)

    def of_argument(self, command: str, place: int, incomplete: str, given: Given) -> list[CompletionItem] | None:
        """See ``Offers``."""
        from pybytomd.cli.completing.table import ARGUMENTS
        from pybytomd.cli.completing.values import completions

        positions = ARGUMENTS.get(command)
        return None if positions is None else completions(positions.at(place), incomplete, given)
