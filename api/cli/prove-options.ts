import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isLoopback } from '../../shared/contract/loopback.ts';
import { ConfigError } from '../config.ts';

export interface ProveOptions {
  /** Of the API, without a slash at the end. */
  url: string;
  key: string;
  /** Where the key came from, as in "the key …". */
  keySource: string;
  json: boolean;
}

export const USAGE =
  'Use `npm run prove -- --url http://127.0.0.1:8787`, with --key for the admin key unless ADMIN_KEY or the data folder has it, and --json for machines.';

function readArguments(args: string[]) {
  try {
    const string = { type: 'string' } as const;
    return parseArgs({ args, options: { url: string, key: string, json: { type: 'boolean' } } }).values;
  } catch {
    throw new ConfigError(USAGE);
  }
}

function readUrl(text: string): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new ConfigError(`--url is no address. ${USAGE}`);
  if (url.username || url.password || url.search || url.hash) {
    throw new ConfigError('--url has more than host and path: leave name, password, query and fragment out.');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new ConfigError('--url is not encrypted, and the key would be readable on the way: use https://.');
  }
  return url;
}

type FoundKey = Pick<ProveOptions, 'key' | 'keySource'>;

/** The key of the data folder is that of the API on this machine: it goes nowhere else unless the folder was named. */
function readKeyFile(url: URL, dataDir: string | undefined): FoundKey | undefined {
  if (!dataDir && !isLoopback(url.hostname)) return undefined;
  const file = join(dataDir || './.data', 'admin-key');
  try {
    return { key: readFileSync(file, 'utf8').trim(), keySource: `of the file ${file}` };
  } catch {
    return undefined;
  }
}

/** @throws ConfigError with what to do instead; it never quotes the key */
export function readProveOptions(args: string[], environment: Record<string, string | undefined>): ProveOptions {
  const values = readArguments(args);
  const url = readUrl(values.url ?? 'http://127.0.0.1:8787');
  const { ADMIN_KEY, DATA_DIR } = environment;
  let found: FoundKey | undefined;
  if (values.key !== undefined) found = { key: values.key, keySource: 'given with --key' };
  else if (ADMIN_KEY) found = { key: ADMIN_KEY, keySource: 'of the environment variable ADMIN_KEY' };
  else found = readKeyFile(url, DATA_DIR);
  if (!found?.key) {
    throw new ConfigError(
      'There is no key: give --key, set ADMIN_KEY, or set DATA_DIR to the folder that holds admin-key.',
    );
  }
  if (!/^[\x21-\x7e]+$/.test(found.key)) {
    throw new ConfigError(`The key ${found.keySource} has spaces or special characters: copy it again.`);
  }
  return { url: url.origin + url.pathname.replace(/\/+$/, ''), ...found, json: values.json ?? false };
}
