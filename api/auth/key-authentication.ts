import type { Authenticate, Role } from './identity.ts';

async function digest(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
}

/** Compares two digests in a time that does not depend on where they differ. */
function equal(left: Uint8Array, right: Uint8Array): boolean {
  let difference = left.length ^ right.length;
  for (let i = 0; i < left.length; i++) difference |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return difference === 0;
}

/** Signs in holders of the admin and the viewer key. Every key is compared, so the time tells nothing about them either. */
export function keyAuthentication(keys: Partial<Record<Role, string>>): Authenticate {
  const known = (Object.entries(keys) as [Role, string][]).map(async ([role, key]) => ({
    role,
    hash: await digest(key),
  }));
  return async (token) => {
    const presented = await digest(token);
    const matches = (await Promise.all(known)).filter(({ hash }) => equal(hash, presented));
    const match = matches[0];
    return match ? { role: match.role, actor: `key:${match.role}` } : null;
  };
}
