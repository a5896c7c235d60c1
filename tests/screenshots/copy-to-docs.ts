/** `npm run screenshots:docs`: refreshes the pictures that the pages show from those that `npm run screenshots` has made. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shownPictures } from '../docs/markdown.ts';
import { FOLDER } from './folder.ts';

const DOCS = join(import.meta.dirname, '../../docs/screenshots');
for (const name of shownPictures()) await copyFile(join(FOLDER, name), join(DOCS, name));
