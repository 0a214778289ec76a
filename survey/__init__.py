"""What is true or allowed about questions, answers, ways, units and campaigns; pure: it reads and writes nothing."""
