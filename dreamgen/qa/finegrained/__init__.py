"""Fine-grained questions after PLM-FGQA: their types, follow-ups, and wrong answers that differ in one detail."""
