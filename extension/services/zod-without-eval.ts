import { config } from 'zod';

// Zod tries `new Function` once to see whether it may; our policy would report that as a violation. Import this before any schema.
config({ jitless: true });
