"""All connections together: the switch, who may come in, whom to call, peers, bans."""
