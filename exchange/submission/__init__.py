"""An extract on its way to the partners: read, checked, depersonalised, encrypted, logged."""
