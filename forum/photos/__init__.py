"""Photos: on stories and in the library, with caption, description, credit and consent; made safe by the worker."""
