import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartError } from '../errors.ts';

/**
 * A key that the environment gives, or the one in the data folder, made there on the first start.
 * @param configured wins over the file
 * @param name of the file; only its owner may read it
 * @throws StartError when the file cannot be used
 */
export function findKey(configured: string | undefined, dataDir: string, name: 'admin-key' | 'viewer-key'): string {
  if (configured) return configured;
  const file = join(dataDir, name);
  try {
    const key = `vsk_${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('base64url')}`;
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return key;
  } catch (error) {
    if (!isCode(error, 'EEXIST'))
      throw new StartError(`The key file ${file} cannot be written: make the folder writable or set DATA_DIR.`);
  }
  const key = readKey(file);
  if (key.length < 16)
    throw new StartError(
      `The key file ${file} holds no key of 16 characters or more: delete it to have a new one made.`,
    );
  return key;
}

function readKey(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new StartError(`The key file ${file} cannot be read: make it readable for this user or set DATA_DIR.`);
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
