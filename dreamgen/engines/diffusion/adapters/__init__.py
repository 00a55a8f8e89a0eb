"""How pictures are held to references, LoRAs, words of their parts and layouts: the locks that a model wears."""
