"""Claims put into words for a model that looks: statements with their opposites, choices, and the time they speak of.

Nobody is spoken of by a name: the model has never heard it. Nothing is said of who is in the clip, or when.
"""
