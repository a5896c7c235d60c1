/** Builds the edge function into one file, widget included: `node api/supabase/build.ts`, after the widget was built. */

import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import type { WidgetFile } from '../http/deps.ts';
import { readWidgetFiles } from '../node/widget-files.ts';

const FOLDER = join(import.meta.dirname, 'functions/make-server-3cbf86a5');

/** @returns bytes of the function */
async function buildFunction(): Promise<number> {
  const { version, script, polyfill, released } = readWidgetFiles();
  const files: Record<string, string> = {};
  function embed({ gzip, integrity }: WidgetFile): string {
    files[integrity] = Buffer.from(gzip).toString('base64');
    return integrity;
  }
  const earlier = [...released].map(([name, form]) => [name, embed(form.script), embed(form.polyfill)]);
  await build({
    configFile: false,
    root: import.meta.dirname,
    logLevel: 'warn',
    define: {
      WIDGET: JSON.stringify({ version, script: embed(script), polyfill: embed(polyfill), released: earlier, files }),
    },
    ssr: { noExternal: true, target: 'webworker' },
    build: {
      ssr: join(import.meta.dirname, './edge.ts'),
      outDir: FOLDER,
      // The entry stands there too.
      emptyOutDir: false,
      target: 'es2022',
      minify: true,
      rolldownOptions: { output: { entryFileNames: 'api.js', codeSplitting: false } },
    },
  });
  return (await stat(join(FOLDER, 'api.js'))).size;
}

const bytes = await buildFunction();
const gzip = gzipSync(readFileSync(join(FOLDER, 'api.js'))).length;
console.log(`edge function ${bytes} bytes, ${gzip} gzip (the platform takes 20 MB)`);
