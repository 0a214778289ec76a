"""What the owner of the survey decides, as data: questionnaires, methods, units. No code lives here."""
