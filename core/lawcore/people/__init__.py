"""WHO: units, cadres, residents, their chat accounts, roles, consent and roster files."""
