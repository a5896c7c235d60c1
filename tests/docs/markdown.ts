import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Every file that git knows or would take. Paths start at the root. */
export const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');

export const markdownFiles = files.filter((file) => file.endsWith('.md'));

/** The text of a page without its examples: a link inside code is no link. */
const proseOf = (file: string) => readFileSync(join(ROOT, file), 'utf8').replace(/^ *```[\s\S]*?^ *```/gm, '');

/** A place in this repository that a page links to. */
export interface Link {
  from: string;
  /** A path from the root. */
  target: string;
  /** The heading behind `#`, as an address has it; empty without one. */
  anchor: string;
}

/** The links and pictures of a page that stay in this repository. */
export function linksOf(file: string): Link[] {
  const found = proseOf(file)
    .replace(/`[^`\n]*`/g, '')
    .matchAll(/\]\(([^)\s]+)\)|\bsrc="([^"]+)"/g);
  return [...found]
    .map(([, link, picture]) => link ?? picture ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor = ''] = link.split('#');
      return { from: file, target: path === '' ? file : normalize(join(dirname(file), path)), anchor };
    });
}

/** The paths that a page names in code, such as `api/app.ts`. */
export function pathsNamedIn(file: string): string[] {
  const rooms = new Set(files.filter((name) => name.includes('/')).map((name) => name.split('/')[0]));
  const named = [...proseOf(file).matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(([, path = '']) => path);
  return named.filter((path) => rooms.has(path.split('/')[0]));
}

/** The headings of a page, each in the form that an address has. */
export const anchorsOf = (file: string): string[] =>
  [...proseOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

const PICTURES = 'docs/screenshots/';

/** The names of the pictures in `docs/screenshots` that a page shows. */
export const shownPictures = (): string[] => [
  ...new Set(
    markdownFiles
      .flatMap(linksOf)
      .map(({ target }) => target)
      .filter((target) => target.startsWith(PICTURES))
      .map((target) => target.slice(PICTURES.length)),
  ),
];
