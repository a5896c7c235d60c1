import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folderOf } from './built-extension.ts';

const LINTER = join(import.meta.dirname, '../../node_modules/addons-linter/bin/addons-linter');

/** What Mozilla checks at every upload. `web-ext lint` runs exactly this linter. */
it('the Firefox build passes the linter of addons.mozilla.org', () => {
  const { stdout } = spawnSync(process.execPath, [LINTER, '--output', 'json', folderOf('firefox')], {
    encoding: 'utf8',
  });
  const { errors, warnings, notices } = JSON.parse(stdout);
  expect({ errors, warnings, notices }).toEqual({ errors: [], warnings: [], notices: [] });
});
