"""The commands of pybytomcli as tables of calls to the API, one file a family."""
