"""The compliance report, the county's, and the checklist of requirements."""
