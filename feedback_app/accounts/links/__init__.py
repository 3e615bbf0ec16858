"""Links by mail: choosing a first password, and a new one after a lost one."""
