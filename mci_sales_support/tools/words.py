def say(env, words):
    """Words in the language of ``env``; what is no lazy text stays as it is."""
    return words if isinstance(words, str) else words._translate(env.lang or "en_US")
