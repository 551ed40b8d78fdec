"""Returns of goods over HTTP: asked for, read, decided about."""

from starter.api.goods_return import carriage, deciding, opening, papers, reading

ROUTERS = (opening.routes, deciding.routes, carriage.routes, reading.routes, papers.routes)
