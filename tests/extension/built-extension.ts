/** The two builds, as `npm run build` leaves them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const BROWSERS = ['chrome', 'firefox'] as const;
export type BrowserName = (typeof BROWSERS)[number];

export const folderOf = (browser: BrowserName): string => join(import.meta.dirname, `../../.output/${browser}-mv3`);

export const readBuilt = (browser: BrowserName, file: string): string =>
  readFileSync(join(folderOf(browser), file), 'utf8');

/** Paths of all files of a build, from its folder. */
export function builtFiles(browser: BrowserName): string[] {
  const folder = folderOf(browser);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix.relative(folder, join(entry.parentPath, entry.name)));
}

/** Scripts that a page names itself, those it preloads among them. */
export const scriptsOf = (html: string): string[] =>
  [...html.matchAll(/<(?:script[^>]*\ssrc|link rel="modulepreload"[^>]*\shref)="\/?([^"]+)"/g)].map(
    ([, path = '']) => path,
  );

/** A page's scripts and everything that they import before anything runs. Chunks loaded on demand do not count. */
export function firstLoad(browser: BrowserName, page: string): string[] {
  const found = new Set<string>();
  const add = (path: string) => {
    if (found.has(path)) return;
    found.add(path);
    for (const [, from = ''] of readBuilt(browser, path).matchAll(/\b(?:import|from)\s*["'`](\.[^"'`]+)["'`]/g)) {
      add(posix.join(posix.dirname(path), from));
    }
  };
  for (const script of scriptsOf(readBuilt(browser, page))) add(script);
  return [...found];
}
