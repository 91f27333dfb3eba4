"""The commands, a file each: arguments in, one library call, a result out."""
