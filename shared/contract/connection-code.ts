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

/** What a terminal or a mail breaks a long word with, and what nobody sees. */
const BREAKS = /[\s\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * Reads a pasted code. People paste the label before it, quotes around it and the line breaks of a terminal along with it.
 * @returns the connection, or null when the text has no connection code
 */
export function decodeConnectionCode(text: string): Connection | null {
  // Its own lines may be broken, or another line may follow: the first is tried before the second.
  return decode(text.replaceAll(BREAKS, '')) ?? decode(text);
}

function decode(text: string): Connection | null {
  const body = new RegExp(`${PREFIX}([A-Za-z0-9_-]+)`).exec(text)?.[1];
  if (!body) return null;
  try {
    const base64 = body.replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const parsed = connection.safeParse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
