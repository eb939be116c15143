"""A whole door controller in software, to try a site and its drivers with."""
