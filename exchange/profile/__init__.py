"""What an officer keeps on the own machine: settings, answers, and submissions not yet logged."""
