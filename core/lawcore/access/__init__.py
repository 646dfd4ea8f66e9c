"""Who may log in to the admin pages, with what proof, and what they then may see and do."""
