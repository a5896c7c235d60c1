import { z } from 'zod';

const PREFIX = 'vs1_';

/** What the extension needs to connect: where the API is and a key for it. */
export const connection = z.strictObject({
  url: z.httpUrl().or(z.url({ protocol: /^https?$/ })),
  key: z.string().min(16),
});
export type Connection = z.infer<typeof connection>;

/**
 * One paste for a person: URL and key in a single word.
 * @returns `vs1_` and base64url of the JSON text
 */
export function encodeConnectionCode(value: Connection): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ url: value.url, key: value.key }));
  const base64 = btoa(String.fromCharCode(...bytes));
  return PREFIX + base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * Reads a pasted code; surrounding white space is forgiven.
 * @returns the connection, or null when the text is not a connection code
 */
export function decodeConnectionCode(code: string): Connection | null {
  const body = code.trim();
  if (!body.startsWith(PREFIX)) return null;
  try {
    const base64 = body.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const parsed = connection.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
