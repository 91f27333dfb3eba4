"""What commands do once their options are read; imported when they run, so that help is quick."""
