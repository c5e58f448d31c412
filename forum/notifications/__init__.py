"""Notifications: what a member is told of, on the site and by mail, how she wants to hear of it, and what she mutes.

Other rooms say that something is to be told (`actions.notify`) and register how it reads (`notices.Notice`).
"""
