"""The worker: jobs that send, fetch and clean up, inside `serve` or as the process of `relay`."""
