"""Run by the Python of django-helpdesk's environment: the smallest project that serves its REST API.

python helpdesk_project.py DATABASE prepare
python helpdesk_project.py DATABASE serve PORT_FILE
"""

import sys
from pathlib import Path
from typing import Any

DATABASE = Path(sys.argv[1])
AGENT, PASSWORD = "agent", "agent-password"
WORKERS = 2
APPS = "admin auth contenttypes sessions messages staticfiles humanize sites"


def set_up() -> None:
    """Configure Django as helpdesk's documentation asks; hashing of passwords is left out of the figure."""
    import django  # noqa: PLC0415 - of the other environment
    from django.conf import settings  # noqa: PLC0415

    settings.configure(
        SECRET_KEY="bench",  # noqa: S106 - nothing is secret here
        ALLOWED_HOSTS=["*"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(DATABASE),
                "OPTIONS": {
                    "timeout": 20,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL",
                },
            }
        },
        INSTALLED_APPS=[
            *(f"django.contrib.{app}" for app in APPS.split()),
            "rest_framework",
            "django_cleanup.apps.CleanupConfig",
            "helpdesk",
        ],
        MIDDLEWARE=[
            "django.middleware.common.CommonMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        ROOT_URLCONF=__name__,
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_ACTIVATE_API_ENDPOINT=True,
        SITE_ID=1,
        STATIC_URL="/static/",
        USE_TZ=True,
    )
    django.setup()


def prepare() -> None:
    """Migrate, and make a queue and an agent."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from helpdesk.models import Queue  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    Queue.objects.create(title="Support", slug="support")
    get_user_model().objects.create_superuser(AGENT, "agent@example.test", PASSWORD)


def serve(port_file: Path) -> None:
    """Serve by gunicorn with a worker a core; write the port to a file when it listens."""
    from django.core.wsgi import get_wsgi_application  # noqa: PLC0415
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415

    class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types here
        def load_config(self) -> None:
            self.cfg.set("bind", "127.0.0.1:0")
            self.cfg.set("workers", WORKERS)
            self.cfg.set("worker_class", "gthread")
            self.cfg.set("threads", 8)
            self.cfg.set("keepalive", 60)
            self.cfg.set("control_socket_disable", True)
            self.cfg.set("when_ready", _write_port)

        def load(self) -> Any:  # noqa: ANN401 - a WSGI application
            return get_wsgi_application()

    def _write_port(arbiter: Any) -> None:  # noqa: ANN401 - gunicorn's own
        port = arbiter.LISTENERS[0].getsockname()[1]
        port_file.with_suffix(".new").write_text(str(port))
        port_file.with_suffix(".new").rename(port_file)

    Server().run()


if __name__ == "__main__":
    set_up()
    if sys.argv[2] == "prepare":
        prepare()
    else:
        from django.urls import include, path

        urlpatterns = [path("", include("helpdesk.urls"))]
        sys.modules["__main__"].__dict__["urlpatterns"] = urlpatterns
        serve(Path(sys.argv[3]))
