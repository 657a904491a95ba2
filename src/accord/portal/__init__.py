"""The clients' door: what a client may see of their own projects, by a link that can be taken back."""
