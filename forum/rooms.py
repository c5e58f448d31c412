"""The list of rooms: whose tables, addresses, kinds and jobs the application serves."""

from __future__ import annotations

from flask import Flask

from forum.accounts import jobs as _accounts_jobs  # noqa: F401 - handlers are known once their module is read
from forum.accounts import models as _accounts  # noqa: F401 - tables are known once their module is read
from forum.accounts import own_views as _accounts_own  # noqa: F401 - adds its pages to the blueprint
from forum.accounts import shared_phone_views as _accounts_device  # noqa: F401 - adds its pages to the blueprint
from forum.accounts.views import bp as accounts_bp
from forum.appeals import desk_views as _appeals_desk  # noqa: F401 - adds its pages to the blueprint
from forum.appeals import jobs as _appeals_jobs  # noqa: F401
from forum.appeals import models as _appeals  # noqa: F401
from forum.appeals.views import bp as appeals_bp
from forum.archive import jobs as _archive_jobs  # noqa: F401 - handlers are known once their module is read
from forum.archive import models as _archive  # noqa: F401 - tables are known once their module is read
from forum.archive.commands import archive as archive_commands
from forum.archive.views import bp as archives_bp
from forum.care import jobs as _care_jobs  # noqa: F401
from forum.care import models as _care  # noqa: F401
from forum.care import page as care_page
from forum.care.commands import care as care_commands
from forum.care.notice import CARE_NOTICE
from forum.care.views import bp as care_bp
from forum.contributions import follow_views as _following  # noqa: F401 - adds its pages to the blueprint
from forum.contributions import jobs as _contributions_jobs  # noqa: F401
from forum.contributions import mention_jobs as _mention_jobs  # noqa: F401
from forum.contributions import models as _contributions  # noqa: F401
from forum.contributions import quotation_jobs as _quotation_jobs  # noqa: F401
from forum.contributions import tap_views as _taps  # noqa: F401 - adds its pages to the blueprint
from forum.contributions.follow_endings import FOLLOW_MAILS
from forum.contributions.reactions import NOTICE as REACTION_NOTICE
from forum.contributions.views import bp as contributions_bp
from forum.core import chosen as _chosen  # noqa: F401 - tables are known once their module is read
from forum.core import kinds
from forum.core import wordings as _wordings  # noqa: F401
from forum.demo.commands import demo as demo_commands
from forum.demo.views import bp as demo_bp
from forum.discussions import board_views as _boards  # noqa: F401 - adds its pages to the blueprint
from forum.discussions import closing_jobs as _closing_jobs  # noqa: F401
from forum.discussions import edit_views as _editing  # noqa: F401 - adds its pages to the blueprint
from forum.discussions import following_views as _following_discussions  # noqa: F401 - adds its pages
from forum.discussions import models as _discussions  # noqa: F401
from forum.discussions import post_views as _posts  # noqa: F401 - adds its pages to the blueprint
from forum.discussions import reading_views as _reading  # noqa: F401 - adds its pages to the blueprint
from forum.discussions import telling_jobs as _telling_jobs  # noqa: F401
from forum.discussions import writing_views as _posting  # noqa: F401 - adds its pages to the blueprint
from forum.discussions.kind import POST
from forum.discussions.notices import NOTICES as POST_NOTICES
from forum.discussions.views import bp as discussions_bp
from forum.guides import helpline_views as _guides_lines  # noqa: F401 - adds its pages to the blueprint
from forum.guides import models as _guides  # noqa: F401
from forum.guides.views import bp as guides_bp
from forum.helplines import models as _helplines  # noqa: F401
from forum.helplines.views import bp as helplines_bp
from forum.incoming import addresses as mail_addresses
from forum.incoming import jobs as _incoming_jobs  # noqa: F401
from forum.incoming.commands import mail as mail_commands
from forum.incoming.views import bp as incoming_bp
from forum.messages import models as _messages  # noqa: F401
from forum.messages.kind import MESSAGE
from forum.messages.notice import MESSAGE_NOTICE
from forum.messages.views import bp as messages_bp
from forum.moderation import case_review_views as _moderation_reviews  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import closed_views as _closed  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import desk_views as _desk  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import guideline_models as _guidelines  # noqa: F401
from forum.moderation import jobs as _moderation_jobs  # noqa: F401
from forum.moderation import letter_views as _letters  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import member_models as _sanctions  # noqa: F401
from forum.moderation import member_views as _members  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import models as _moderation  # noqa: F401
from forum.moderation import reader_views as _moderation_readers  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import recovery_views as _recoveries  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import reply_views as _replies  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import report_jobs as _report_jobs  # noqa: F401
from forum.moderation import report_views as _reporting  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import review_views as _moderation_authors  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import seconds_views as _seconds  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import standing_views as _standing  # noqa: F401 - adds its pages to the blueprint
from forum.moderation import undoing_views as _undoing  # noqa: F401 - adds its page to the desk
from forum.moderation import word_views as _watched_words  # noqa: F401 - adds its pages to the blueprint
from forum.moderation.commands import log as log_commands
from forum.moderation.second_notice import SECOND_NOTICE
from forum.moderation.told import LETTER_NOTICE, REVIEW_NOTICE
from forum.moderation.views import bp as moderation_bp
from forum.notifications import jobs as _notifications_jobs  # noqa: F401
from forum.notifications import models as _notifications  # noqa: F401
from forum.notifications import notices, unsubscribing
from forum.notifications.unsubscribing import DIGEST_MAILS, KIND_MAILS
from forum.notifications.views import bp as notifications_bp
from forum.photos import jobs as _photos_jobs  # noqa: F401
from forum.photos import models as _photos  # noqa: F401
from forum.photos import own_views as _photos_own  # noqa: F401 - adds its pages to the blueprint
from forum.photos.kind import PHOTO
from forum.photos.media_views import bp as media_bp
from forum.photos.views import bp as photos_bp
from forum.references import models as _references  # noqa: F401
from forum.rota import models as _rota  # noqa: F401
from forum.rota import queries as rota
from forum.screening import jobs as _screening_jobs  # noqa: F401
from forum.screening import models as _screening  # noqa: F401
from forum.search import models as _search  # noqa: F401
from forum.site import guideline_views as _rules  # noqa: F401 - adds its pages to the blueprint
from forum.site import models as _site  # noqa: F401
from forum.site import profession_views as _professions  # noqa: F401 - adds its pages to the blueprint
from forum.site import running_views as _running  # noqa: F401 - adds its pages to the blueprint
from forum.site import session_views as _sessions  # noqa: F401 - adds its page to the blueprint
from forum.site import setting_views as _settings  # noqa: F401 - adds its pages to the blueprint
from forum.site import transparency_views as _transparency  # noqa: F401 - adds its pages to the blueprint
from forum.site import unsent_views as _unsent  # noqa: F401 - adds its pages to the blueprint
from forum.site.admin_views import bp as admin_bp
from forum.site.feeds import bp as feeds_bp
from forum.site.probes import bp as probes_bp
from forum.site.signing_out import SIGNED_OUT_NOTICE
from forum.site.sitemap import bp as sitemap_bp
from forum.site.tonight_views import bp as tonight_bp
from forum.site.views import bp as site_bp
from forum.stories import chapter_check_views as _chapter_checking  # noqa: F401 - adds its pages to the blueprint
from forum.stories import check_views as _checking  # noqa: F401 - adds its pages to the blueprint
from forum.stories import claim_jobs as _claim_jobs  # noqa: F401
from forum.stories import consent_jobs as _consent_jobs  # noqa: F401
from forum.stories import follow_jobs as _follow_jobs  # noqa: F401
from forum.stories import models as _stories  # noqa: F401
from forum.stories.chapter_kind import STORY_UPDATE
from forum.stories.chapter_views import bp as chapters_bp
from forum.stories.claim_views import bp as claims_bp
from forum.stories.consent_views import bp as consent_bp
from forum.stories.follow_views import bp as follows_bp
from forum.stories.kind import STORY
from forum.stories.moved import bp as moved_bp
from forum.stories.news import CHAPTER_NOTICE, OWN_NOTICES
from forum.stories.short import bp as short_bp
from forum.stories.telling import NOTICE as STORY_NOTICE
from forum.stories.told_views import bp as told_bp
from forum.stories.translation_views import bp as translations_bp
from forum.stories.views import bp as stories_bp
from forum.stories.writing_views import bp as writing_bp
from forum.topics import models as _topics  # noqa: F401
from forum.topics.views import bp as vocabulary_bp


def open_all(app: Flask) -> None:
    """Register every room with the application."""
    with app.app_context():
        for kind in (POST, PHOTO, STORY, STORY_UPDATE, MESSAGE):
            kinds.register(kind)
        for notice in (
            *POST_NOTICES, REACTION_NOTICE, MESSAGE_NOTICE, LETTER_NOTICE, REVIEW_NOTICE, SECOND_NOTICE, CARE_NOTICE,
            CHAPTER_NOTICE, STORY_NOTICE, SIGNED_OUT_NOTICE, *OWN_NOTICES,
        ):  # fmt: skip
            notices.register(notice)
        for purpose in (FOLLOW_MAILS, KIND_MAILS, DIGEST_MAILS):
            unsubscribing.register(purpose)
        notices.register_reply_address(mail_addresses.reply_address)
        notices.register_return_path(mail_addresses.return_path)
        care_page.register_on_duty(rota.on_duty)
    app.register_blueprint(accounts_bp)
    app.register_blueprint(notifications_bp)
    app.register_blueprint(contributions_bp)
    app.register_blueprint(discussions_bp)
    if app.extensions["settings"].messages:  # where it is closed, none of its pages exists
        app.register_blueprint(messages_bp)
    app.register_blueprint(care_bp)
    for blueprint in (
        moderation_bp, appeals_bp, photos_bp, media_bp, stories_bp, claims_bp, told_bp, moved_bp, short_bp,
        writing_bp, consent_bp, chapters_bp, translations_bp, follows_bp, incoming_bp, helplines_bp,
        vocabulary_bp, guides_bp, site_bp, archives_bp, admin_bp, tonight_bp, feeds_bp, probes_bp, sitemap_bp, demo_bp,
    ):  # fmt: skip
        app.register_blueprint(blueprint)
    app.cli.add_command(archive_commands)
    app.cli.add_command(care_commands)
    app.cli.add_command(demo_commands)
    app.cli.add_command(log_commands)
    app.cli.add_command(mail_commands)
