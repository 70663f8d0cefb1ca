"""Revisions of many statements, to be killed at each of them: by scenario and database."""

TABLES = """
    op.create_table(
        "a", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20))
    )
    op.bulk_insert(
        sa.table("a", sa.column("id"), sa.column("n")), [{"id": i, "n": str(i)} for i in (1, 2)]
    )
"""
UP = {
    "sqlite": f"""{TABLES}
    op.create_index("ix_a", "a", ["n"])
    with op.get_context().autocommit_block():
        op.execute("UPDATE a SET n = n || '!'")
        op.execute("CREATE TABLE b (id INTEGER PRIMARY KEY)")
        op.execute("VACUUM")
        op.execute("INSERT INTO b VALUES (7)")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
    op.drop_index("ix_a", "a")
""",
    "postgresql": f"""{TABLES}
    op.execute("CREATE TYPE mood AS ENUM ('sad')")
    with op.get_context().autocommit_block():
        op.execute("UPDATE a SET n = n || '!'")
        op.create_index("ix_a", "a", ["n"], postgresql_concurrently=True)
        op.execute("ALTER TYPE mood ADD VALUE 'happy'")
        op.execute("VACUUM a")
        op.execute("INSERT INTO a VALUES (7, 'x')")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
    with op.get_context().autocommit_block():
        op.drop_index("ix_a", "a", postgresql_concurrently=True)
""",
    "mysql": f"""{TABLES}
    op.execute("UPDATE a SET n = CONCAT(n, '!')")
    op.create_index("ix_a", "a", ["n"])
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = CONCAT(n, '?'), m = m + 1")
    op.alter_column("a", "n", existing_type=sa.String(20), type_=sa.String(40))
    op.create_table(
        "b", sa.Column("id", sa.Integer, primary_key=True), sa.Column("a_id", sa.Integer)
    )
    op.create_foreign_key(None, "b", "a", ["a_id"], ["id"])
    op.execute("INSERT INTO b VALUES (1, 1)")
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO b VALUES (2, 2)")
        op.execute("CREATE VIEW v AS SELECT n FROM a")
    op.drop_index("ix_a", "a")
""",
}
DOWN = {
    "sqlite": """
    op.create_index("ix_m", "a", ["m"])
    op.execute("UPDATE a SET n = n || '<'")
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO a VALUES (9, 'nine', 9)")
        op.execute("DROP TABLE b")
    op.drop_index("ix_m", "a")
    op.execute("UPDATE a SET n = n || '>'")
""",
    "postgresql": """
    op.execute("UPDATE a SET n = n || '<'")
    with op.get_context().autocommit_block():
        op.create_index("ix_m", "a", ["m"], postgresql_concurrently=True)
        op.execute("INSERT INTO a VALUES (9, 'nine', 9)")
    op.drop_column("a", "m")
    op.execute("DROP TYPE mood")
    op.execute("UPDATE a SET n = n || '>'")
""",
    "mysql": """
    op.execute("UPDATE a SET n = CONCAT(n, '<')")
    op.execute("DROP VIEW v")
    op.execute("INSERT INTO a VALUES (9, 'nine', 9)")
    op.drop_table("b")
    op.drop_column("a", "m")
    op.execute("UPDATE a SET n = CONCAT(n, '>')")
""",
}
AUTOCOMMIT = {
    "sqlite": f"""{TABLES}
    op.create_index("ix_a", "a", ["n"])
    op.execute("UPDATE a SET n = n || '!'")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
""",
    "postgresql": f"""{TABLES}
    op.create_index("ix_a", "a", ["n"], postgresql_concurrently=True)
    op.execute("UPDATE a SET n = n || '!'")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = n || '?', m = m + 1")
""",
    "mysql": f"""{TABLES}
    op.execute("UPDATE a SET n = CONCAT(n, '!')")
    op.create_index("ix_a", "a", ["n"])
    op.execute("UPDATE a SET n = CONCAT(n, '?')")
    op.add_column("a", sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE a SET n = CONCAT(n, '>'), m = m + 1")
""",
}
BATCH = {
    "sqlite": """
    op.create_table(
        "parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20))
    )
    op.execute(
        "CREATE TABLE child (id INTEGER PRIMARY KEY,"
        " parent_id INTEGER REFERENCES parent(id) ON DELETE CASCADE)"
    )
    op.execute("INSERT INTO parent VALUES (1, 'one'), (2, 'two')")
    op.execute("INSERT INTO child VALUES (10, 1), (11, 1), (20, 2)")
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("n", nullable=False, type_=sa.String(40))
        batch.add_column(sa.Column("m", sa.Integer, server_default="3"))
    op.execute("UPDATE parent SET m = m + 1, n = n || '!'")
    with op.batch_alter_table("child") as batch:
        batch.create_unique_constraint("child_unique", ["id", "parent_id"])
    op.execute("INSERT INTO child VALUES (21, 2)")
""",
}
BATCH_AND_COMMITS = {
    "sqlite": """
    op.create_table(
        "parent", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.String(20))
    )
    op.execute("CREATE TABLE child (id INTEGER REFERENCES parent (id) ON DELETE CASCADE)")
    op.execute("INSERT INTO parent VALUES (1, 'one'), (2, 'two')")
    op.execute("INSERT INTO child VALUES (1), (1), (2)")
    with op.batch_alter_table("parent") as batch:
        batch.add_column(sa.Column("m", sa.Integer, server_default="3"))
    with op.get_context().autocommit_block():
        op.execute("UPDATE parent SET m = m + 1")
        with op.batch_alter_table("parent") as batch:
            batch.alter_column("n", nullable=False, type_=sa.String(40))
    with op.batch_alter_table("parent") as batch:
        batch.alter_column("n", new_column_name="named")
    op.execute("UPDATE parent SET named = named || '!'")
    op.execute("VACUUM")
    with op.batch_alter_table("parent") as batch:
        batch.create_check_constraint("positive", "m > 0")
        batch.create_index("ix_named", ["named"])
    op.execute("INSERT INTO child VALUES (2)")
""",
}
SCENARIOS = {
    "upgrade": (UP, {}),
    "downgrade": (UP, DOWN),
    "autocommit engine": (AUTOCOMMIT, {}),
    "batch with foreign keys": (BATCH, {}),
    "batch with foreign keys and commits": (BATCH_AND_COMMITS, {}),
}
