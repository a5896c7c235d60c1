import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Every file that git knows or would take, without those it ignores. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '');

// What was released stays as it was, minified and with a polyfill that is not ours.
const sources = files.filter(
  (file) => /\.(ts|tsx|js)$/.test(file) && !file.endsWith('.d.ts') && !file.startsWith('widget/releases/'),
);
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const isTest = (file: string) => file.startsWith('tests/') || /\.test\.tsx?$/.test(file);

interface Import {
  file: string;
  /** A path from the root for relative imports, else the package's name. */
  target: string;
  typeOnly: boolean;
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const pattern = /^(?:import|export)\s+(type\s+)?[^'";]*?from\s*'([^']+)'|^import\s*'([^']+)'|\bimport\('([^']+)'\)/gm;
  for (const [, type, from, bare, dynamic] of read(file).matchAll(pattern)) {
    const specifier = from ?? bare ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    found.push({ file, target, typeOnly: type !== undefined });
  }
  return found;
}

const imports = sources.filter((file) => !isTest(file)).flatMap(importsOf);

/** The rooms of the house, inner rooms first. */
const ROOMS = [
  'shared/contract',
  'shared/proof',
  'widget',
  'api/http',
  'api/auth',
  'api/database/drivers',
  'api/database',
  'api/embedded',
  'api/sql',
  'api/node',
  'api/supabase',
  'api/cli',
  // Files that inner rooms may know are rooms of their own.
  'api/errors.ts',
  'api/config.ts',
  'api/config-supabase.ts',
  'api',
  'extension/entrypoints',
  'extension/app',
  'extension/leads',
  'extension/users',
  'extension/orders',
  'extension/overview',
  'extension/proof',
  'extension/records',
  'extension/ui',
  'extension/platform',
  'tests',
];
const roomOf = (path: string) => ROOMS.find((room) => path === room || path.startsWith(`${room}/`));

const CONTRACT = ['shared/contract', 'shared/proof'];
const SUBJECTS = ['leads', 'users', 'orders', 'overview', 'proof'].map((name) => `extension/${name}`);
const BELOW_SUBJECTS = ['extension/records', 'extension/ui', 'extension/platform', ...CONTRACT];
const CONFIG = ['api/config.ts', 'api/config-supabase.ts'];
const RUNTIME = [
  'api',
  'api/http',
  'api/auth',
  'api/database',
  'api/database/drivers',
  'api/errors.ts',
  ...CONFIG,
  ...CONTRACT,
];

/** Which rooms a room may take from, besides itself. Types count too. */
const ALLOWED: Record<string, string[]> = {
  'shared/contract': [],
  'shared/proof': ['shared/contract'],
  widget: CONTRACT,
  'api/errors.ts': CONTRACT,
  'api/config.ts': ['api/config-supabase.ts', ...CONTRACT],
  'api/config-supabase.ts': CONTRACT,
  api: ['api/http', 'api/errors.ts', ...CONTRACT],
  'api/http': ['api/auth', 'api/database', 'api/errors.ts', 'api/config.ts', ...CONTRACT],
  'api/auth': ['api/errors.ts', ...CONFIG, ...CONTRACT],
  'api/database': ['api/errors.ts', ...CONTRACT],
  'api/database/drivers': ['api/database', 'api/errors.ts', ...CONTRACT],
  'api/embedded': ['api/errors.ts'],
  'api/sql': [],
  'api/node': [...RUNTIME, 'api/embedded', 'api/sql', 'api/cli'],
  'api/supabase': [...RUNTIME, 'api/node'],
  'api/cli': [...RUNTIME, 'api/embedded', 'api/sql'],
  'extension/entrypoints': ['extension/app', 'extension/platform', ...CONTRACT],
  'extension/app': [...SUBJECTS, ...BELOW_SUBJECTS],
  ...Object.fromEntries(SUBJECTS.map((subject) => [subject, BELOW_SUBJECTS])),
  'extension/records': ['extension/ui', 'extension/platform', ...CONTRACT],
  'extension/ui': CONTRACT,
  'extension/platform': CONTRACT,
};

/** Packages that only some rooms may know. */
const OWNERS: Record<string, string[]> = {
  pg: ['api/database/drivers', 'api/embedded', 'api/sql'],
  '@supabase/supabase-js': ['api/database/drivers', 'extension/platform'],
  hono: ['api', 'api/http', 'api/node', 'api/supabase'],
  'ipaddr.js': ['api/http'],
  '@hono/node-server': ['api/node'],
  jose: ['api/auth'],
  preact: ['extension/entrypoints', 'extension/app', ...SUBJECTS, 'extension/records', 'extension/ui'],
  '@preact/signals': ['extension/app', ...SUBJECTS, 'extension/records', 'extension/ui', 'extension/platform'],
  lucide: ['extension/ui'],
  papaparse: ['extension/leads'],
  wxt: ['extension/entrypoints', 'extension/platform'],
  zod: [...CONTRACT, ...CONFIG, 'api/http', 'api/auth', 'api/database', 'api/cli', 'extension/platform'],
};

/** Files of the api that a route may not see: what they know is handed to it. */
const HIDDEN_FROM_ROUTES = ['api/config.ts'];

describe('imports', () => {
  it('were found at all', () => {
    expect(imports.length).toBeGreaterThan(50);
  });

  it.each(imports.filter(({ target }) => roomOf(target)))(
    '$file may take from $target',
    ({ file, target, typeOnly }) => {
      const from = roomOf(file);
      const to = roomOf(target);
      if (!from || from === to) return;
      expect(
        ALLOWED[from],
        `${file} imports ${target}: ${from} may not know ${to}. Hand over what it needs as a parameter.`,
      ).toContain(to);
      if (from === 'widget' && !typeOnly) {
        expect(
          importsOf(target),
          `${file}: what ${target} imports would ship to strangers. Take values only from files that import nothing.`,
        ).toEqual([]);
      }
      if (from === 'api/http' && !typeOnly) {
        expect(
          HIDDEN_FROM_ROUTES,
          `${file} imports ${target}: a route gets its configuration through Deps.`,
        ).not.toContain(target);
      }
    },
  );

  it.each(imports.filter(({ target }) => !roomOf(target)))('$file may use $target', ({ file, target }) => {
    const from = roomOf(file);
    if (!from) return;
    const name = target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/');
    const owners = OWNERS[name];
    if (owners)
      expect(owners, `${file} imports ${name}: that package belongs to ${owners.join(', ')}.`).toContain(from);
    if (target.startsWith('node:')) {
      const nodeRooms = ['api/node', 'api/cli', 'api/embedded', 'api/sql'];
      const isBuild = ['widget/build.ts', 'widget/release.ts', 'api/supabase/build.ts'].includes(file);
      expect(
        isBuild || nodeRooms.includes(from),
        `${file} imports ${target}: only ${nodeRooms.join(', ')} know Node.`,
      ).toBe(true);
    }
  });

  it('form no cycles', () => {
    const graph = new Map<string, string[]>();
    for (const { file, target } of imports) {
      graph.set(file, [...(graph.get(file) ?? []), target]);
    }
    const done = new Set<string>();
    const walk = (file: string, trail: string[]): string[] | null => {
      if (trail.includes(file)) return [...trail.slice(trail.indexOf(file)), file];
      if (done.has(file)) return null;
      done.add(file);
      for (const next of graph.get(file) ?? []) {
        const cycle = walk(next, [...trail, file]);
        if (cycle) return cycle;
      }
      return null;
    };
    for (const file of graph.keys()) {
      const cycle = walk(file, []);
      expect(cycle, `Cut this circle by moving what both need into a third file: ${cycle?.join(' → ')}`).toBeNull();
    }
  });
});

describe('what a room may say', () => {
  const api = sources.filter((file) => file.startsWith('api/') && !isTest(file));

  it.each(api.filter((file) => !/^api\/(http\/routes|sql)\//.test(file)))('%s names no SQL function', (file) => {
    const names = read(file).match(/['"`]crm_[a-z]\w*/g);
    expect(names, `${file}: call the database from a route.`).toBeNull();
  });

  it.each(api.filter((file) => !/^api\/(node|supabase|cli|embedded)\//.test(file)))(
    '%s reads no environment',
    (file) => {
      expect(
        read(file),
        `${file}: read the environment in node/, supabase/ or cli/ and pass it on in Config.`,
      ).not.toMatch(/\bprocess\.env\b|\bDeno\.env\b/);
    },
  );

  it.each(api.filter((file) => file !== 'api/config.ts'))('%s copies no Config', (file) => {
    expect(read(file), `${file}: a copy is not frozen. Change it with settleConfig.`).not.toMatch(
      /\.\.\.(config|settings)\b/,
    );
  });

  it.each(api.filter((file) => /^api\/http\/routes\//.test(file)))('%s has no clock and no dice', (file) => {
    expect(read(file), `${file}: time and lead ids come from Postgres, the rest through Deps.`).not.toMatch(
      /\bDate\.now\(|\bnew Date\(\)|\bperformance\b|\bset(Timeout|Interval)\(|\bAbortSignal\.timeout\(|\bMath\.random\(|\brandomUUID\(|\bgetRandomValues\(/,
    );
  });
});

describe('files', () => {
  it('are at most 20 in a folder, beside their tests', () => {
    // Folders of SQL and of tests hold a file for each function or subject.
    const counted = new Map<string, number>();
    for (const file of sources.filter((file) => !isTest(file) && !file.startsWith('api/sql/')))
      counted.set(dirname(file), (counted.get(dirname(file)) ?? 0) + 1);
    const full = [...counted].filter(([, count]) => count > 20);
    expect(full, 'Merge files that only make sense together, or give the folder sub-subjects.').toEqual([]);
  });

  it('never decide by the words of a message', () => {
    // Its one exception says why there.
    const reading = sources.filter(
      (file) =>
        !isTest(file) &&
        file !== 'api/database/sqlstates.ts' &&
        /\.(test|exec)\([^()]*\bmessage\b|\bmessage\??\.(match|includes|startsWith|endsWith|search)\(|\bmessage [!=]== ['"`]/.test(
          read(file),
        ),
    );
    expect(reading, 'Decide by code and reason: sentences are for people and may change.').toEqual([]);
  });

  it('lie in rooms with a name of their own', () => {
    const vague = files.filter((file) => /(^|\/)(utils?|helpers?|misc|lib|common)(\/|\.[a-z]+$)/.test(file));
    expect(vague, 'Name the folder or file for its one job.').toEqual([]);
  });

  it('are no barrels', () => {
    // The CLI of Supabase wants that name for the one entry of a function.
    const barrels = sources.filter(
      (file) => /^index\.tsx?$/.test(basename(file)) && !/^api\/supabase\/functions\/[^/]+\/index\.ts$/.test(file),
    );
    expect(barrels, 'Import from the file that has the code.').toEqual([]);
  });

  it('never read the page as markup in the widget or the extension', () => {
    const unsafe = sources.filter(
      (file) =>
        /^(widget|extension)\//.test(file) &&
        !isTest(file) &&
        /\.(innerHTML|outerHTML)\b|dangerouslySetInnerHTML|insertAdjacentHTML/.test(read(file)),
    );
    expect(unsafe, 'Lead text is written by attackers: use text nodes.').toEqual([]);
  });

  it('of the extension reach browser and storage through platform/ alone', () => {
    const inside = sources.filter((file) => file.startsWith('extension/') && !isTest(file));
    const reaching = inside.filter(
      (file) => !/^extension\/(platform|entrypoints)\//.test(file) && /\b(browser|chrome)\.[a-z]/.test(read(file)),
    );
    expect(reaching, 'Put it into platform/ and hand over its function.').toEqual([]);
    const storing = inside.filter(
      (file) =>
        file !== 'extension/platform/browser/storage.ts' &&
        /\b(localStorage|sessionStorage|indexedDB|caches)\b|defineItem|storage\.(local|session|sync)/.test(read(file)),
    );
    expect(storing, 'platform/browser/storage.ts lists every key that is ever stored.').toEqual([]);
  });

  it('hold no marker of a merge', () => {
    const texts = files.filter((file) => !/\.(png|ico|woff2)$/.test(file));
    expect(texts.filter((file) => /^(<{7}|={7}|>{7})( |$)/m.test(read(file)))).toEqual([]);
  });

  it('hold no secret key', () => {
    const leaky = files.filter(
      (file) =>
        !file.startsWith('tests/') &&
        /\.(ts|tsx|js|json|html|md|sql|yml)$/.test(file) &&
        /sb_secret_[A-Za-z0-9]{8}|service_role['"]?\s*[:=]\s*['"]eyJ/.test(read(file)),
    );
    expect(leaky).toEqual([]);
  });
});
