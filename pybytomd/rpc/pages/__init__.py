"""What the API serves for people and monitors, by GET.

``served`` says which pages there are, and sends the files of ``dashboard``. ``openapi`` tells programs of all
methods; ``docs_page`` makes ``/docs`` of that, with ``docs_fields`` (tables), ``docs_examples`` (curl and Python)
and ``events_section`` about what can be subscribed to. What that page looks like, and its forms to try
methods out, are two files in ``static/``. ``metrics`` makes ``/metrics`` in Prometheus' text format
(``exposition``), from a table with one row a metric, with what the process takes of the machine
(``process_figures``).

A page loads nothing from elsewhere, and those made here can be read without script. Who may see it is decided as
for any method (``access``). A metric is added as a row of ``metrics.METRICS``; the page explains it by itself.
"""
