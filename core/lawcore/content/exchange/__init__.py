"""Questions in the files of other programs, and the whole pack for an audit from outside."""
