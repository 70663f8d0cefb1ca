"""A small blog: users write posts. Its database is a file of SQLite, `instance/blog.db`."""

import click
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from flask_migrate import Migrate


class Base(DeclarativeBase):
    """What all models have in common."""


db = SQLAlchemy(model_class=Base)
migrate = Migrate(db=db)

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///blog.db"
db.init_app(app)
migrate.init_app(app)


class User(db.Model):
    """Somebody who writes."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(db.String(64), unique=True)
    posts: Mapped[list["Post"]] = relationship(back_populates="author")


class Post(db.Model):
    """What somebody wrote."""

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(db.String(120))
    body: Mapped[str] = mapped_column(db.Text)
    author_id: Mapped[int] = mapped_column(db.ForeignKey("user.id"))
    author: Mapped[User] = relationship(back_populates="posts")


@app.get("/")
def index() -> list[dict[str, str]]:
    """Return every post."""
    posts = db.session.scalars(db.select(Post).order_by(Post.id))
    return [{"author": p.author.name, "title": p.title, "body": p.body} for p in posts]


@app.cli.command("write")
@click.argument("author")
@click.argument("title")
@click.argument("body")
def write(author: str, title: str, body: str) -> None:
    """Write a post; an author who is new is added."""
    user = db.session.scalar(db.select(User).filter_by(name=author)) or User(name=author)
    db.session.add(Post(author=user, title=title, body=body))
    db.session.commit()
    click.echo(f"{author} has written '{title}'.")


@app.cli.command("posts")
def posts() -> None:
    """Print every post."""
    for post in index():
        click.echo(f"{post['author']}: {post['title']}: {post['body']}")
