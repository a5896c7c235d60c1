/** `npm start`: the product on Node, with the embedded Postgres unless DATABASE_URL names another. */
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { getConnInfo } from '@hono/node-server/conninfo';
import { encodeConnectionCode } from '../../shared/contract/connection-code.ts';
import { createApp } from '../app.ts';
import { authentication } from '../auth/authentication.ts';
import { type Config, ConfigError, readConfig, settleConfig } from '../config.ts';
import { makeDataFolder } from '../embedded/data-folder.ts';
import { StartError } from '../errors.ts';
import type { Deps } from '../http/deps.ts';
import { callerAddress } from '../http/request/address.ts';
import { publicOrigin } from '../http/request/public-origin.ts';
import { findKey } from './keys.ts';
import { listen, speaksHttp10 } from './listen.ts';
import { openDatabase, requireDatabase } from './open-database.ts';
import { reportIncident } from './report.ts';
import { readDemoPage, readViewerFiles, readWidgetFiles } from './widget-files.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const log = (line: string) => process.stderr.write(`${line}\n`);

/** From the first moment on, and for good: a second signal must not end the process while the first one is obeyed. */
const stopAsked = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stopAsked.abort());

// Whoever read our lines may be gone (`npm start | head`): that is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

async function start(settings: Config): Promise<void> {
  const widget = readWidgetFiles();
  const { database, psql, embedded, close } = await openDatabase(settings, log, stopAsked.signal);
  try {
    await makeDataFolder(settings.DATA_DIR);
    const adminKey = findKey(settings.ADMIN_KEY, settings.DATA_DIR, 'admin-key');
    const viewerKey = findKey(settings.VIEWER_KEY, settings.DATA_DIR, 'viewer-key');
    const config = settleConfig(settings, { ADMIN_KEY: adminKey, VIEWER_KEY: viewerKey });
    const connectionCode = (origin: string) => encodeConnectionCode({ url: origin, key: adminKey });
    const deps: Deps = {
      config,
      database,
      authenticate: authentication(config, { fetch, now: () => new Date() }),
      widget,
      home: embedded ? { demo: readDemoPage(), connectionCode, speaksHttp10 } : null,
      viewer: readViewerFiles,
      newRequestId: () => crypto.randomUUID(),
      clock: () => performance.now(),
      wait,
      publicBase: (request) => publicOrigin(request, config.TRUST_PROXY),
      remoteAddress: (context) =>
        callerAddress(getConnInfo(context).remote.address, context.req.header('X-Forwarded-For'), config.TRUST_PROXY),
      report: reportIncident,
    };
    await requireDatabase(deps, log);
    const server = await listen(createApp(deps), config.HOST, config.PORT);

    const stop = async () => {
      await server.close();
      await close();
      process.exit(0);
    };
    if (stopAsked.signal.aborted) await stop();
    stopAsked.signal.addEventListener('abort', stop);

    print(`ready ${server.url}`);
    if (embedded) print(`demo: ${server.url}/`);
    print(`psql: ${psql}`);
    print(`connection code: ${connectionCode(server.url)}`);
    print(`extension: ${resolve(import.meta.dirname, '../../.output/chrome-mv3')}`);
  } catch (error) {
    await close();
    throw error;
  }
}

try {
  const config = readConfig(process.env);
  await start(settleConfig(config, { DATA_DIR: resolve(config.DATA_DIR) }));
} catch (error) {
  if (stopAsked.signal.aborted) process.exit(0);
  if (!(error instanceof ConfigError) && !(error instanceof StartError)) throw error;
  log(error.message);
  process.exitCode = 1;
}
