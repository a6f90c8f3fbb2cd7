"""What the API serves for people and monitors, by GET.

``served`` says which pages there are, and sends the files of ``dashboard``. ``docs_page`` makes ``/docs``, the
readable page about all methods, with ``events_section`` about what can be subscribed to; ``openapi`` says the same
to programs. ``metrics`` makes ``/metrics`` in Prometheus' text format (``exposition``), from a table with one row
a metric, with what the process takes of the machine (``process_figures``).

A page loads nothing from elsewhere, and those made here need no script. Who may see it is decided as for any
method (``access``). A metric is added as a row of ``metrics.METRICS``; the page explains it by itself.
"""
