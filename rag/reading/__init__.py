"""Reading: which words of a passage answer a question, and whether any do. Optional: `Settings.reader` names one."""
