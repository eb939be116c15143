"""What connects the core to the world: storage, devices, transport."""
