"""What the loader of each form takes for granted, read from its code: one file a form, which never sees an exporter."""
