"""The office: pages for staff, a web app of its own."""
