"""Files for the programs that deploy templates: a module for each program."""
