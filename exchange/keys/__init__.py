"""An officer's keys, and what is signed with them."""
