"""What the API sends unasked: WebSocket notifications; and transaction feeds."""
