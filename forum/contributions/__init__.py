"""What all that members write has in common: status, audience, attribution and seals, revisions, drafts, consent."""
