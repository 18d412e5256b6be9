"""Nothing breaks it: any file is refused with a place, or gives sound templates."""
