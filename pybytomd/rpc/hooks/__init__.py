"""Hooks: events posted to a URL, or given to a program, in order and until they are taken.

A ``hook`` says what is told and to whom. Those of the operator stand in the ``hooks_file``; webhooks that are made
over the API, and how far every hook is, are ``records`` of hooks.db. The ``service`` runs them: a ``runner`` for
each, a subscription (``push``) whose events go out as one ``delivery`` after the other, by ``webhook`` or
``program``. ``addresses`` are those that a webhook of the API may post to.

All of it runs on the event loop, but for reading and showing blocks and for the database, which threads do. What
waits for a receiver that is away is a place in the chain and one delivery, however long it is away.
"""
