"""Making blocks: template, CPU miner, mining pool for external miners."""
