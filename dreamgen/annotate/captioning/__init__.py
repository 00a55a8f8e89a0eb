"""Captions: a model looks at keyframes and at the whole clip, a language model makes one description of all of it.

For whoever else describes footage:

- A description becomes one `Description` for each thing that can be judged by itself, mostly a sentence: of a caption
  of eight sentences one is wrong more often than not, and then all of it would fall. `sentences.units` splits a text
  and keeps what leans on the sentence before it (He then ...) together with that.
- `entity` says who it is about where it is about one of those whom a `Presence` has introduced; without a `Presence`
  of that entity no verifier can be asked. Sentences about the picture as a whole have none.
- `by` says who said so (`engines.naming.said_by`), the same for all that was said together, and `nth` which place
  it has there: whoever puts the sentences together again needs both.
- What is no caption at all (a refusal, another language, a text that turns in circles) is found by `faults.fault_of`.
"""
