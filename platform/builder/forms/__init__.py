"""The designer of forms: the palette, the form as the runtime draws it, and the settings of what is chosen in it."""
