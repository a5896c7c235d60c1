import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { anchorsOf, files, linksOf, markdownFiles, pathsNamedIn, shownPictures } from './markdown.ts';

const links = markdownFiles.flatMap(linksOf);
const isThere = (path: string) => files.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`));

it.each(links)('$from links to $target, which exists', ({ from, target, anchor }) => {
  expect(isThere(target), `${from}: correct the link to ${target}.`).toBe(true);
  if (anchor !== '') expect(anchorsOf(target), `${from}: ${target} has no heading #${anchor}.`).toContain(anchor);
});

it.each(markdownFiles)('%s names only paths that exist', (file) => {
  // What a build makes is in no repository.
  const missing = pathsNamedIn(file).filter((path) => !path.includes('/dist/') && !isThere(path));
  expect(missing, `${file}: correct these paths.`).toEqual([]);
});

it('docs/screenshots holds the pictures that a page shows, and no other', () => {
  const held = readdirSync(join(import.meta.dirname, '../../docs/screenshots'));
  expect(held.toSorted(), 'Show the picture on a page, or remove it.').toEqual(shownPictures().toSorted());
});
