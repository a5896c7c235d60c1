/** Builds `widget/dist/`: `node widget/build.ts`. Fails when the script outgrows its budget. */
import { copyFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Bytes of `widget.js` after gzip -9. Strangers' visitors pay for every one of them. */
export const BUDGET = 7_000;

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** @param folder where `widget.js` and `webcomponents.js` go */
export async function buildWidget(folder = at('dist')): Promise<{ raw: number; gzip: number }> {
  const { version } = JSON.parse(await readFile(at('../package.json'), 'utf8'));
  await build({
    configFile: false,
    root: at('.'),
    logLevel: 'warn',
    define: { VERSION: JSON.stringify(version) },
    build: {
      outDir: folder,
      emptyOutDir: true,
      // Browsers without custom elements (Edge 18, Firefox 62) must be able to read the script that brings the polyfill.
      target: 'es2017',
      // Without this, the line above would also rewrite logical properties and light-dark().
      cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
      lib: { entry: 'widget.ts', formats: ['iife'], name: 'leadForm', fileName: () => 'widget.js' },
    },
  });
  await copyFile(
    at('../node_modules/@webcomponents/webcomponentsjs/webcomponents-bundle.js'),
    join(folder, 'webcomponents.js'),
  );
  const script = await readFile(join(folder, 'widget.js'));
  const gzip = gzipSync(script, { level: 9 }).length;
  if (gzip > BUDGET) throw new Error(`widget.js is ${gzip} bytes gzip -9, more than its budget of ${BUDGET}.`);
  return { raw: script.length, gzip };
}

if (import.meta.main) {
  const { raw, gzip } = await buildWidget();
  const { size } = await stat(at('dist/webcomponents.js'));
  console.log(
    `widget.js ${raw} bytes, ${gzip} gzip -9 (budget ${BUDGET}); webcomponents.js ${size} bytes, for old browsers only`,
  );
}
