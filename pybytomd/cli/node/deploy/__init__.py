"""Files for whoever runs a node under the care of other programs, printed by ``pybytomd deploy``.

``place`` is what they are made for: home, user, network, program. ``systemd`` is a unit, ``container`` a recipe
for an image, ``alerts`` rules for Prometheus, ``dashboard`` what Grafana shows. ``commands`` prints them.
Alerts and dashboard are tables over the figures of ``/metrics``: a row that names a figure that is not there
fails a test.
"""
