"""普法活动: an occasion, an approved text and those it is meant for."""
