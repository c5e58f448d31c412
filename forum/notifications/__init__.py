"""What members are told, on the site and by mail: one list, choices by kind, digests, mutes; no mail is lost."""
