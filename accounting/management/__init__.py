"""Managing a park: who is in it and who may come, which data are due, and what somebody has to look into."""
