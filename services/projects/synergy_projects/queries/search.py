"""Words looked for in tasks, comments and projects: PostgreSQL's full text, within the projects somebody may see."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Connection, Row, TextClause, bindparam, select, text

from synergy_projects import tables
from synergy_projects.domain import mentions
from synergy_projects.domain.commands import Actor
from synergy_projects.domain.errors import ProjectNotFound
from synergy_projects.queries import views
from synergy_projects.queries.people import among, people
from synergy_projects.queries.snippets import snippet, words_of
from synergy_projects.queries.views import People, View

KINDS: Final = ("task", "comment", "project")
MOST_RANKED: Final = 500
"""Of each kind. Where more match, these are ranked among each other, and nobody counts."""
_RANKED_TEXT: Final = 2_000
"""Characters of a text that its rank is made of; it is found by all of it."""
_NUMBER: Final = re.compile(r"#([1-9][0-9]{0,8})")
_LAST_WORD: Final = re.compile(r"(?<![\w-])\w+$")

# A query is read as it is, and as English and as German; a last word may be the beginning of one.
_WORDS: Final = text("""
    SELECT query::text, numnode(query) FROM (
        SELECT websearch_to_tsquery('simple', :q) || websearch_to_tsquery('english', :q)
            || websearch_to_tsquery('german', :q)
            || CASE WHEN :last = '' THEN ''::tsquery ELSE
                (websearch_to_tsquery('simple', :head) && to_tsquery('simple', quote_literal(:last) || ':*'))
                || (websearch_to_tsquery('english', :head) && to_tsquery('simple', quote_literal(:last) || ':*'))
                || (websearch_to_tsquery('german', :head) && to_tsquery('simple', quote_literal(:last) || ':*'))
            END AS query
    ) read
""")
_RANK: Final = "ts_rank(search_words(0, {title}, left({body}, :ranked_text)), CAST(:words AS tsquery))"
_MATCH: Final = "search_words({key}, {title}, {body}) @@ CAST(:within AS tsquery) AND {key} = ANY (:ids)"
_HITS: Final = {
    "task": f"""
        SELECT 'task' AS kind, id, updated_at, {_RANK.format(title="title", body="description")} AS rank
        FROM (
            SELECT id, title, description, updated_at FROM tasks
            WHERE trashed_at IS NULL AND {_MATCH.format(key="project_id", title="title", body="description")}
            LIMIT :most_ranked
        ) tasks
    """,  # noqa: S608
    "comment": f"""
        SELECT 'comment', id, updated_at, {_RANK.format(title="''::text", body="content")}
        FROM (
            SELECT comments.id, content, comments.updated_at FROM comments JOIN tasks ON tasks.id = comments.task_id
            WHERE tasks.trashed_at IS NULL
            AND {_MATCH.format(key="comments.project_id", title="''::text", body="comments.content")}
            LIMIT :most_ranked
        ) comments
    """,  # noqa: S608
    "project": f"""
        SELECT 'project', id, updated_at, {_RANK.format(title="name", body="description")}
        FROM (
            SELECT id, name, description, updated_at FROM projects
            WHERE trashed_at IS NULL AND {_MATCH.format(key="id", title="name", body="description")}
            LIMIT :most_ranked
        ) projects
    """,  # noqa: S608
    "number": """
        SELECT 'task', id, updated_at, 2.0::real FROM (
            SELECT id, updated_at FROM tasks
            WHERE trashed_at IS NULL AND project_id = ANY (:ids) AND number = :number LIMIT :most_ranked
        ) tasks
    """,
}
"""By kind: what matches, with its rank. A task of the number asked for ranks above all words, which reach 1."""


def search(
    connection: Connection,
    actor: Actor,
    *,
    q: str,
    types: Sequence[str] | None = None,
    project: int | None = None,
    page: int = 1,
    page_size: int = 50,
) -> View:
    """
    What matches in the projects the actor is in, or in one, the best first, one page of it. Any text is a query.

    The count is exact, but None where more than MOST_RANKED of a kind match. Raises ProjectNotFound.
    """
    ids = _visible(connection, actor, project)
    head, last = _parted(q)
    words, nodes = connection.execute(_WORDS, {"q": q, "head": head, "last": last}).one()
    number = _NUMBER.fullmatch(q.strip())
    kinds = [kind for kind in KINDS if nodes and kind in (types or KINDS)]
    kinds += ["number"] if number and "task" in (types or KINDS) else []
    if not ids or not kinds:
        return {"count": 0, "results": []}
    within = " | ".join(f"'project {project_id}'" for project_id in ids)
    parameters = {
        "ids": ids,
        "words": words,
        "within": f"({words}) & ({within})",
        "number": int(number[1]) if number else 0,
        "most_ranked": MOST_RANKED,
        "ranked_text": _RANKED_TEXT,
        "limit": page_size,
        "skip": (page - 1) * page_size,
    }
    hits = connection.execute(_page(kinds), parameters).all()
    counted = hits[0].total if hits else 0
    full = any(getattr(hits[0], f"{kind}s") >= MOST_RANKED for kind in KINDS) if hits else False
    found = [hit for hit in hits if hit.id is not None]
    return {"count": None if full else counted, "results": _shown(connection, found, words_of(q))}


def _page(kinds: Sequence[str]) -> TextClause:
    """One page of the hits, each with how many there are, in all and of each kind; without any one row of counts."""
    union = " UNION ALL ".join(_HITS[kind] for kind in kinds)
    statement = f"""
        WITH hits (kind, id, updated_at, rank) AS ({union}),
        best AS (SELECT kind, id, max(updated_at) AS updated_at, max(rank) AS rank FROM hits GROUP BY kind, id),
        counted AS (
            SELECT count(*) AS total, count(*) FILTER (WHERE kind = 'task') AS tasks,
                count(*) FILTER (WHERE kind = 'comment') AS comments,
                count(*) FILTER (WHERE kind = 'project') AS projects
            FROM best
        ),
        page AS (SELECT * FROM best ORDER BY rank DESC, updated_at DESC, kind, id LIMIT :limit OFFSET :skip)
        SELECT page.*, counted.* FROM counted LEFT JOIN page ON true
        ORDER BY rank DESC, updated_at DESC, kind, id
    """  # noqa: S608
    return text(statement).bindparams(bindparam("ids", type_=ARRAY(BigInteger)))


def _parted(query: str) -> tuple[str, str]:
    """
    The query without its last word, and that word, if it may be the beginning of one: it is not within quotes, not
    after `or`, and not one that must not be there.
    """
    last = _LAST_WORD.search(query)
    if last is None:
        return query, ""
    head = query[: last.start()]
    if head.count('"') % 2 or re.search(r"\bor\s*$", head, re.IGNORECASE):
        return query, ""
    return head, last[0]


def _visible(connection: Connection, actor: Actor, project: int | None) -> list[int]:
    """The ids of the projects to look in. Raises ProjectNotFound for one the actor may not see."""
    columns, member = tables.projects.c, tables.members.c
    wanted = select(columns.id).where(columns.trashed_at.is_(None)).order_by(columns.id)
    if project is None or not actor.superuser:
        wanted = wanted.join(tables.members, (member.project_id == columns.id) & (member.user_id == actor.user_id))
    if project is not None:
        wanted = wanted.where(columns.id == project)
    ids = list(connection.execute(wanted).scalars())
    if project is not None and not ids:
        raise ProjectNotFound
    return ids


def _shown(connection: Connection, hits: Sequence[Row[Any]], words: Sequence[str]) -> list[View]:
    """The hits with their texts: four statements, however many."""
    of_kind = {kind: [hit.id for hit in hits if hit.kind == kind] for kind in KINDS}
    comments = _rows(connection, select(tables.comments), tables.comments.c.id, of_kind["comment"])
    task_ids = {*of_kind["task"], *(row.task_id for row in comments.values())}
    tasks = _rows(connection, select(tables.tasks), tables.tasks.c.id, task_ids)
    project_ids = {*of_kind["project"], *(row.project_id for row in tasks.values())}
    projects = _rows(connection, select(tables.projects), tables.projects.c.id, project_ids)
    known = people(connection, {user_id for row in comments.values() for user_id in row.mentions})
    return [_one(hit, projects, tasks, comments, known, words) for hit in hits]


def _rows(connection: Connection, wanted: Any, key: Any, ids: Collection[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in connection.execute(wanted.where(among(key, ids)))}


def _one(
    hit: Row[Any],
    projects: Mapping[int, Row[Any]],
    tasks: Mapping[int, Row[Any]],
    comments: Mapping[int, Row[Any]],
    known: People,
    words: Sequence[str],
) -> View:
    comment = comments[hit.id] if hit.kind == "comment" else None
    task = tasks[comment.task_id] if comment else tasks[hit.id] if hit.kind == "task" else None
    project = projects[task.project_id if task else hit.id]
    body = _comment_text(comment, known) if comment else task.description if task else project.description
    shown = snippet(body, words)
    return {
        "type": hit.kind,
        "id": hit.id,
        "project": {"id": project.id, "name": project.name},
        "task": {"id": task.id, "number": task.number, "title": task.title} if task else None,
        "title": task.title if task else project.name,
        "snippet": shown.text,
        "matches": [{"begin": begin, "end": end} for begin, end in shown.matches],
        "rank": round(hit.rank, 6),
        "updated_at": hit.updated_at,
    }


def _comment_text(row: Row[Any], known: People) -> str:
    """What the comment says, with the names of today."""
    return mentions.shown(row.content, row.mentions, lambda user_id: str(views.person(user_id, known)["username"]))
