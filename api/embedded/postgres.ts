import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseAccount } from './account.ts';
import { findPackage, prepareBinaries } from './binaries.ts';
import { checkVersion, findCluster } from './cluster.ts';
import { createDatabase, databaseUrl } from './connection.ts';
import { explainFileError, makeDataFolder, writePrivateFile } from './data-folder.ts';
import { lockDataFolder } from './lock.ts';
import { createCluster } from './new-cluster.ts';
import { choosePort } from './port.ts';
import { findPostmaster, type Postmaster, stillRuns } from './postmaster.ts';
import { bringUp, type Server, shutDown } from './server.ts';
import { supervise } from './supervisor.ts';

export interface EmbeddedOptions {
  dataDir: string;
  /** 0 takes the port of the last run when it is still free, else any free one. */
  port: number;
  log: (line: string) => void;
  /** Ends a start that is still waiting. */
  signal?: AbortSignal;
  /** Extra PostgreSQL settings, for tests. */
  settings?: Record<string, string>;
}

export interface EmbeddedPostgres {
  url: string;
  /** A file only its owner can read that holds the url, for psql and scripts. */
  urlFile: string;
  stop(): Promise<void>;
}

/**
 * Starts the bundled PostgreSQL on a data folder, or takes over the one a killed process left running there, and keeps
 * it running until stop(). One process at a time can have a data folder.
 * @returns the address of the database, when it accepts connections
 * @throws StartError with one sentence saying what is wrong and what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await makeDataFolder(options.dataDir);
  const dataDir = await realpath(options.dataDir);
  const unlock = await lockDataFolder(dataDir);
  try {
    const server = await prepare(dataDir, options);
    const urlFile = join(dataDir, 'database-url');
    try {
      return await serve(server, options, urlFile, unlock);
    } catch (error) {
      await shutDown(server);
      throw error;
    }
  } catch (error) {
    unlock();
    throw explainFileError(error, dataDir);
  }
}

async function prepare(dataDir: string, { log, settings = {} }: EmbeddedOptions): Promise<Server> {
  const found = await findCluster(dataDir);
  const account = chooseAccount(found?.owner);
  const binaries = await prepareBinaries(findPackage(), account);
  if (!found) await createCluster(dataDir, binaries, account, settings.fsync !== 'off');
  const cluster = found ?? (await findCluster(dataDir));
  if (!cluster) throw new Error(`the new cluster in ${dataDir} has vanished`);
  await checkVersion(cluster, binaries.major);
  return { binaries, account, cluster, settings, log, logFile: join(dataDir, 'postgres.log') };
}

async function serve(
  server: Server,
  { port: wanted, signal = new AbortController().signal }: EmbeddedOptions,
  urlFile: string,
  unlock: () => void,
): Promise<EmbeddedPostgres> {
  const { cluster, log } = server;
  const running = await findPostmaster(cluster.dir);
  if (running && wanted && running.port !== wanted) await shutDown(server);
  const port = (await findPostmaster(cluster.dir))?.port ?? (await choosePort(wanted, await previousPort(urlFile)));
  let postmaster: Postmaster = await bringUp(server, port, signal);
  if (postmaster.pid === running?.pid) log(`Took over the PostgreSQL that was still running (process ${running.pid}).`);
  const url = databaseUrl(postmaster.port, cluster.password);
  await createDatabase(postmaster.port, cluster.password);
  await writePrivateFile(urlFile, `${url}\n`);

  const endWatch = supervise({
    isAlive: () => stillRuns(postmaster.pid, cluster.dir),
    restart: async (signal) => {
      postmaster = await bringUp(server, postmaster.port, signal);
      log(`PostgreSQL had stopped and runs again (process ${postmaster.pid}).`);
    },
    log,
  });
  const stop = async () => {
    await endWatch();
    await shutDown(server).finally(unlock);
  };
  let stopping: Promise<void> | undefined;
  return {
    url,
    urlFile,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

async function previousPort(urlFile: string): Promise<number | undefined> {
  const url = await readFile(urlFile, 'utf8').catch(() => '');
  return URL.canParse(url) ? Number(new URL(url).port) : undefined;
}
