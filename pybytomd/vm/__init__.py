"""The virtual machine: opcodes, gas, assembler, standard programs, addresses."""
