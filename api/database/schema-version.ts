/** The version that `api/sql/tables/0002_settings.sql` writes; a test keeps the two equal. */
export const SCHEMA_VERSION = 4;
