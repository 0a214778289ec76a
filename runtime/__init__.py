"""What a process needs before anything else: its settings, its logs and its words."""
