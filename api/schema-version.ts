/**
 * The number of the last migration in `api/sql/migrations`; a test keeps the two equal. A release whose API needs other functions than
 * the one before adds a migration, so that a database without them is named.
 */
export const SCHEMA_VERSION = 6;
