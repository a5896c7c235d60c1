import { spawnSync } from 'node:child_process';

/** The unprivileged user PostgreSQL runs as when Node is root. `undefined` everywhere means: the user Node runs as. */
export interface Account {
  uid: number;
  gid: number;
}

// 65534 is "nobody" on every current system; PostgreSQL refuses to run as root.
const nobody: Account = { uid: 65534, gid: 65534 };

/**
 * Chooses the account for PostgreSQL.
 * @param owner who owns the existing cluster, so that a folder made by another account keeps working under root
 * @returns the account to switch to, or undefined when Node is not root (and on Windows)
 */
export function chooseAccount(owner: Account | undefined): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  return owner ?? nobody;
}

/**
 * Asks the kernel, as that account, whether paths can be read and the last one of them also entered or executed.
 * A real access check sees what mode bits alone do not: parents, ACLs, noexec mounts.
 * @returns true when every path is open, also when no account has to be switched to
 */
export function isOpenTo(account: Account | undefined, ...paths: string[]): boolean {
  if (!account) return true;
  const check = 'for path; do test -r "$path" || exit 1; done; test -x "$path"';
  return askShell(account, check, paths);
}

/**
 * Like {@link isOpenTo} for a folder that only has to be walked through (0711 is enough).
 * @returns true when the account can reach what is inside the folder
 */
export function isPassableFor(account: Account | undefined, folder: string): boolean {
  return !account || askShell(account, 'test -x "$1"', [folder]);
}

function askShell(account: Account, script: string, paths: string[]): boolean {
  const options = { ...account, cwd: '/', stdio: 'ignore' } as const;
  return spawnSync('/bin/sh', ['-c', script, 'sh', ...paths], options).status === 0;
}
