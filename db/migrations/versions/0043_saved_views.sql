-- Filters of the desk's lists that a person keeps under a name: twenty at most, each in a place of its own, so that two
-- windows of one person cannot save more.

CREATE TABLE saved_views (
    id        uuid PRIMARY KEY,
    login     text NOT NULL,
    role      text NOT NULL,
    place     integer NOT NULL CHECK (place BETWEEN 1 AND 20),
    list      text NOT NULL CHECK (list ~ '^/desk/[a-z-]{1,40}$'),
    name      text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    query     text NOT NULL CHECK (length(query) <= 1000),
    saved_at  timestamptz NOT NULL,
    CONSTRAINT one_view_in_a_place UNIQUE (login, role, place),
    CONSTRAINT one_view_of_a_name UNIQUE (login, role, list, name)
);
