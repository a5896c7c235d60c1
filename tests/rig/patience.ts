/**
 * How long a test waits for what must come: many times what it takes on a slow or busy machine. Nothing that comes is waited for
 * any longer, so it costs a failing test alone. Every wait of the tests has this limit and no other.
 */
export const PATIENCE_MS = 60_000;
