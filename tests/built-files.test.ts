import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** Everything that leaves this machine: to strangers' pages, into browsers, to the platform. */
const BUILDS = [
  'widget/dist',
  '.output/chrome-mv3',
  'api/supabase/functions/make-server-3cbf86a5',
  '.output/firefox-mv3',
];

const files = BUILDS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)),
);

/** A whole key, not the prefix by which the code knows one, nor the `user:password` of our sentences. The middle of a JWT is its claims in base64url. */
function secretsIn(text: string): string[] {
  const tokens = text.match(/eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g) ?? [];
  const forServers = tokens.filter((token) =>
    /service_role/.test(atob((token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))),
  );
  return [
    ...(text.match(/\b(sb_secret|vsk)_[\w-]{16,}|postgres(ql)?:\/\/[^\s"'`:]+:(?!password@)[^\s"'`@$]+@/g) ?? []),
    ...forServers,
  ];
}

describe('what is built', () => {
  it('is there to be scanned', () => {
    expect(files.map((file) => file.slice(ROOT.length + 1))).toEqual(
      expect.arrayContaining(['widget/dist/widget.js', '.output/chrome-mv3/manifest.json', `${BUILDS[2]}/api.js`]),
    );
  });

  it.each(files)('%s holds no secret key', (file) => {
    expect(secretsIn(readFileSync(file, 'utf8'))).toEqual([]);
  });

  it('would be found out', () => {
    const claims = btoa(JSON.stringify({ iss: 'supabase', role: 'service_role' })).replaceAll('=', '');
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${claims}.c2lnbmF0dXJlLW9m`;
    for (const secret of [`sb_secret_${'x'.repeat(20)}`, `vsk_${'x'.repeat(32)}`, 'postgresql://a:b@c/d', jwt]) {
      expect(secretsIn(`const key = "${secret}";`), secret).toHaveLength(1);
    }
  });
});
