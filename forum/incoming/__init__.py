"""What comes in by mail: answers to notifications, stories that begin as a mail, and mails that came back."""
