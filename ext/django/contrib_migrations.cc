// What the migrations of django.contrib do, app by app, in the notation that the vocabulary below
// defines.  They are the same in Django 3.2 to 6.1.
#include "django/contrib_migrations.h"

namespace migext::django {

const char* const kContribVocabulary = R"py(
from django.conf import settings
from django.db import migrations
from django.db.migrations import AlterField, RunPython
from django.db.models import (
    CASCADE, SET_NULL, AutoField, BooleanField, CharField, DateTimeField, EmailField, ForeignKey,
    ManyToManyField, PositiveSmallIntegerField, TextField,
)
from django.utils import timezone

MIGRATIONS = {}


class File:
    def __init__(self, migration):
        self.Migration = migration


def migration(name, after, *steps):
    class Migration(migrations.Migration):
        dependencies = [tuple(key.split(".")) for key in after.split()]
        operations = list(steps)

    MIGRATIONS[name] = File(Migration)
    return Migration


def model(name, fields, manager=None, **options):
    managers = [("objects", manager())] if manager is not None else []
    return migrations.CreateModel(name, list(fields.items()), options, managers=managers)


def titled(name, **options):
    return {"verbose_name": name, "verbose_name_plural": name + "s", **options}


def key():
    return AutoField(verbose_name="ID", serialize=False, auto_created=True, primary_key=True)


def text(verbose_name, max_length, **options):
    return CharField(verbose_name=verbose_name, max_length=max_length, **options)


def flag(verbose_name, default, help_text):
    return BooleanField(verbose_name=verbose_name, default=default, help_text=help_text)
)py";

const char* const kAdminMigrations = R"py(
from django.contrib.admin.models import LogEntryManager

migration(
    "0001_initial", "contenttypes.__first__",
    model(
        "LogEntry",
        {
            "id": key(),
            "action_time": DateTimeField(auto_now=True, verbose_name="action time"),
            "object_id": TextField(null=True, blank=True, verbose_name="object id"),
            "object_repr": text("object repr", 200),
            "action_flag": PositiveSmallIntegerField(verbose_name="action flag"),
            "change_message": TextField(blank=True, verbose_name="change message"),
            "content_type": ForeignKey(
                "contenttypes.ContentType", SET_NULL, blank=True, null=True, verbose_name="content type"
            ),
            "user": ForeignKey(settings.AUTH_USER_MODEL, CASCADE, verbose_name="user"),
        },
        LogEntryManager,
        ordering=["-action_time"], db_table="django_admin_log",
        verbose_name="log entry", verbose_name_plural="log entries",
    ),
).dependencies.insert(0, migrations.swappable_dependency(settings.AUTH_USER_MODEL))

migration(
    "0002_logentry_remove_auto_add", "admin.0001_initial",
    AlterField(
        "logentry", "action_time",
        DateTimeField(verbose_name="action time", default=timezone.now, editable=False),
    ),
)

migration(
    "0003_logentry_add_action_flag_choices", "admin.0002_logentry_remove_auto_add",
    AlterField(
        "logentry", "action_flag",
        PositiveSmallIntegerField(
            verbose_name="action flag", choices=[(1, "Addition"), (2, "Change"), (3, "Deletion")]
        ),
    ),
)
)py";

const char* const kAuthMigrations = R"py(
from django.contrib.auth.models import GroupManager, PermissionManager, UserManager
from django.contrib.auth.validators import UnicodeUsernameValidator


def username(length, **options):
    return text(
        "username", length, unique=True, validators=[UnicodeUsernameValidator()],
        help_text=f"Required. {length} characters or fewer. Letters, digits and @/./+/-/_ only.",
        **options,
    )


TAKEN = {"unique": "A user with that username already exists."}


def of_user(target, verbose_name, help_text):
    return ManyToManyField(
        target, verbose_name=verbose_name, blank=True, help_text=help_text,
        related_name="user_set", related_query_name="user",
    )


migration(
    "0001_initial", "contenttypes.__first__",
    model(
        "Permission",
        {
            "id": key(),
            "name": text("name", 50),
            "content_type": ForeignKey("contenttypes.ContentType", CASCADE, verbose_name="content type"),
            "codename": text("codename", 100),
        },
        PermissionManager,
        ordering=["content_type__app_label", "content_type__model", "codename"],
        unique_together={("content_type", "codename")},
        **titled("permission"),
    ),
    model(
        "Group",
        {
            "id": key(),
            "name": text("name", 80, unique=True),
            "permissions": ManyToManyField("auth.Permission", verbose_name="permissions", blank=True),
        },
        GroupManager,
        **titled("group"),
    ),
    model(
        "User",
        {
            "id": key(),
            "password": text("password", 128),
            "last_login": DateTimeField(verbose_name="last login", default=timezone.now),
            "is_superuser": flag(
                "superuser status", False,
                "Designates that this user has all permissions without explicitly assigning them.",
            ),
            "username": username(30),
            "first_name": text("first name", 30, blank=True),
            "last_name": text("last name", 30, blank=True),
            "email": EmailField(verbose_name="email address", max_length=75, blank=True),
            "is_staff": flag(
                "staff status", False, "Designates whether the user can log into this admin site."
            ),
            "is_active": flag(
                "active", True,
                "Designates whether this user should be treated as active. "
                "Unselect this instead of deleting accounts.",
            ),
            "date_joined": DateTimeField(verbose_name="date joined", default=timezone.now),
            "groups": of_user(
                "auth.Group", "groups",
                "The groups this user belongs to. "
                "A user will get all permissions granted to each of their groups.",
            ),
            "user_permissions": of_user(
                "auth.Permission", "user permissions", "Specific permissions for this user."
            ),
        },
        UserManager,
        swappable="AUTH_USER_MODEL",
        **titled("user"),
    ),
)

migration(
    "0002_alter_permission_name_max_length", "auth.0001_initial",
    AlterField("permission", "name", text("name", 255)),
)
migration(
    "0003_alter_user_email_max_length", "auth.0002_alter_permission_name_max_length",
    AlterField("user", "email", EmailField(verbose_name="email address", max_length=254, blank=True)),
)
migration(
    "0004_alter_user_username_opts", "auth.0003_alter_user_email_max_length",
    AlterField("user", "username", username(30, error_messages=TAKEN)),
)
migration(
    "0005_alter_user_last_login_null", "auth.0004_alter_user_username_opts",
    AlterField(
        "user", "last_login", DateTimeField(verbose_name="last login", null=True, blank=True)
    ),
)
migration(
    "0006_require_contenttypes_0002",
    "auth.0005_alter_user_last_login_null contenttypes.0002_remove_content_type_name",
)
migration(
    "0007_alter_validators_add_error_messages", "auth.0006_require_contenttypes_0002",
    AlterField("user", "username", username(30, error_messages=TAKEN)),
)
migration(
    "0008_alter_user_username_max_length", "auth.0007_alter_validators_add_error_messages",
    AlterField("user", "username", username(150, error_messages=TAKEN)),
)
migration(
    "0009_alter_user_last_name_max_length", "auth.0008_alter_user_username_max_length",
    AlterField("user", "last_name", text("last name", 150, blank=True)),
)
migration(
    "0010_alter_group_name_max_length", "auth.0009_alter_user_last_name_max_length",
    AlterField("group", "name", text("name", 150, unique=True)),
)


def update_proxy_model_permissions(apps, schema_editor):
    """
    Update the content_type of proxy model permissions."""


def revert_proxy_model_permissions(apps, schema_editor):
    """
    Update the content_type of proxy model permissions."""


migration(
    "0011_update_proxy_permissions",
    "auth.0010_alter_group_name_max_length contenttypes.0002_remove_content_type_name",
    RunPython(update_proxy_model_permissions, revert_proxy_model_permissions),
)
migration(
    "0012_alter_user_first_name_max_length", "auth.0011_update_proxy_permissions",
    AlterField("user", "first_name", text("first name", 150, blank=True)),
)
)py";

const char* const kContentTypesMigrations = R"py(
from django.contrib.contenttypes.models import ContentTypeManager

migration(
    "0001_initial", "",
    model(
        "ContentType",
        {
            "id": key(),
            "name": CharField(max_length=100),
            "app_label": CharField(max_length=100),
            "model": text("python model class name", 100),
        },
        ContentTypeManager,
        ordering=("name",), db_table="django_content_type", **titled("content type"),
    ),
    migrations.AlterUniqueTogether("contenttype", {("app_label", "model")}),
)


def add_legacy_name(apps, schema_editor):
    pass


migration(
    "0002_remove_content_type_name", "contenttypes.0001_initial",
    migrations.AlterModelOptions("contenttype", titled("content type")),
    AlterField("contenttype", "name", CharField(max_length=100, null=True)),
    RunPython(RunPython.noop, add_legacy_name, hints={"model_name": "contenttype"}),
    migrations.RemoveField("contenttype", "name"),
)
)py";

const char* const kFlatPagesMigrations = R"py(
migration(
    "0001_initial", "sites.0001_initial",
    model(
        "FlatPage",
        {
            "id": key(),
            "url": text("URL", 100, db_index=True),
            "title": text("title", 200),
            "content": TextField(verbose_name="content", blank=True),
            "enable_comments": BooleanField(default=False, verbose_name="enable comments"),
            "template_name": text(
                "template name", 70, blank=True,
                help_text="Example: “flatpages/contact_page.html”. If this isn’t provided, "
                "the system will use “flatpages/default.html”.",
            ),
            "registration_required": flag(
                "registration required", False,
                "If this is checked, only logged-in users will be able to view the page.",
            ),
            "sites": ManyToManyField("sites.Site", verbose_name="sites"),
        },
        ordering=["url"], db_table="django_flatpage", **titled("flat page"),
    ),
)
)py";

const char* const kRedirectsMigrations = R"py(
def new_path(start):
    return text(
        "redirect to", 200, blank=True,
        help_text=f"This can be either an absolute path (as above) or a full URL starting with {start}.",
    )


migration(
    "0001_initial", "sites.0001_initial",
    model(
        "Redirect",
        {
            "id": key(),
            "site": ForeignKey("sites.Site", CASCADE, verbose_name="site"),
            "old_path": text(
                "redirect from", 200, db_index=True,
                help_text="This should be an absolute path, excluding the domain name. "
                "Example: “/events/search/”.",
            ),
            "new_path": new_path("“http://”"),
        },
        ordering=["old_path"], unique_together={("site", "old_path")}, db_table="django_redirect",
        **titled("redirect"),
    ),
)
migration(
    "0002_alter_redirect_new_path_help_text", "redirects.0001_initial",
    AlterField("redirect", "new_path", new_path("a scheme such as “https://”")),
)
)py";

const char* const kSessionsMigrations = R"py(
from django.contrib.sessions.models import SessionManager

migration(
    "0001_initial", "",
    model(
        "Session",
        {
            "session_key": text("session key", 40, serialize=False, primary_key=True),
            "session_data": TextField(verbose_name="session data"),
            "expire_date": DateTimeField(verbose_name="expire date", db_index=True),
        },
        SessionManager,
        abstract=False, db_table="django_session", **titled("session"),
    ),
)
)py";

const char* const kSitesMigrations = R"py(
from django.contrib.sites.models import SiteManager, _simple_domain_name_validator


def domain(**options):
    return text("domain name", 100, validators=[_simple_domain_name_validator], **options)


migration(
    "0001_initial", "",
    model(
        "Site",
        {"id": key(), "domain": domain(), "name": text("display name", 50)},
        SiteManager,
        ordering=["domain"], db_table="django_site", **titled("site"),
    ),
)
migration(
    "0002_alter_domain_unique", "sites.0001_initial",
    AlterField("site", "domain", domain(unique=True)),
)
)py";

}  // namespace migext::django
