"""The front end of lawbot: the chat bot, the sandbox, the rounds and the command line."""
