#!/bin/sh
# Creates Temporal's two databases and brings their schemas up to this version of the server.
# Everything here may run again: what is there already is left as it is.
# The tool reads SQL_HOST, SQL_PORT, SQL_USER, SQL_PASSWORD and SQL_PLUGIN.
set -eu

SCHEMAS=/etc/temporal/schema/postgresql/v12

bring_up() {
    database=$1
    schema=$2
    temporal-sql-tool --database "$database" create
    temporal-sql-tool --database "$database" setup-schema --version 0.0
    temporal-sql-tool --database "$database" update-schema --schema-dir "$SCHEMAS/$schema/versioned"
}

bring_up "${DBNAME:?}" temporal
bring_up "${VISIBILITY_DBNAME:?}" visibility
