"""The vocabulary: conditions, symptoms and treatments with names and synonyms per language, codes and relations."""
