"""Small matters of English in messages: so that they read as if somebody had written them."""


def with_article(noun):
    """Return `noun` with "a" or "an" before it, as in "an OptimizeResult", "a 7", "an 8"."""
    noun = str(noun)
    vowel = noun[:1].lower() in tuple("aeio") or noun.startswith("8") or noun in ("11", "18")
    return f"{'an' if vowel else 'a'} {noun}"
