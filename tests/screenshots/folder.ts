import { join } from 'node:path';

/** Where `npm run screenshots` puts its pictures. Git ignores this folder. */
export const FOLDER = join(import.meta.dirname, '../../screenshots');
