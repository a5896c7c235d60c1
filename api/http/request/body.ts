import { BODY_BYTES, BODY_SECONDS, JSON_DEPTH } from '../../../shared/contract/limits.ts';
import { ApiError } from '../../errors.ts';

/**
 * Reads a body without ever holding more than the limit, whatever Content-Length claims.
 * @throws ApiError payload_too_large, invalid_request when it is empty or does not arrive in time
 */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = new ApiError(
    'payload_too_large',
    `The body is larger than ${BODY_BYTES / 1024} kB. Send less text.`,
  );
  if (Number(request.headers.get('Content-Length')) > BODY_BYTES) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body?.getReader();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ApiError(
      'invalid_request',
      `The body did not arrive within ${BODY_SECONDS} seconds. Send it again.`,
      { reason: 'body_invalid' },
    );
    timer = setTimeout(() => reject(error), BODY_SECONDS * 1000);
  });
  try {
    while (reader) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      size += value.byteLength;
      if (size > BODY_BYTES) throw tooLarge;
      chunks.push(value);
    }
  } catch (error) {
    reader?.cancel().catch(() => undefined);
    throw error instanceof ApiError
      ? error
      : new ApiError('invalid_request', 'The body broke off. Send it again.', { cause: error, reason: 'body_invalid' });
  } finally {
    clearTimeout(timer);
  }
  if (size === 0)
    throw new ApiError('invalid_request', 'The request has no body. Send the fields as JSON.', {
      reason: 'body_invalid',
    });
  const body = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return body;
}

/** @throws ApiError invalid_request when the bytes are no UTF-8 */
export function decodeText(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (error) {
    throw new ApiError('invalid_request', 'The body is not valid UTF-8.', { cause: error, reason: 'body_invalid' });
  }
}

/**
 * Parses JSON of at most JSON_DEPTH levels. The depth is counted before parsing: some engines overflow their stack on it.
 * @throws ApiError invalid_request
 */
export function parseJson(source: string): unknown {
  if (depth(source) > JSON_DEPTH) {
    throw new ApiError('invalid_request', `The JSON is nested more than ${JSON_DEPTH} levels deep. Send flat fields.`, {
      reason: 'body_invalid',
    });
  }
  try {
    return JSON.parse(source, (name, value) => {
      if (name === '__proto__') throw new SyntaxError('reserved name');
      return value;
    });
  } catch (error) {
    throw new ApiError('invalid_request', 'The body is not valid JSON.', { cause: error, reason: 'body_invalid' });
  }
}

function depth(source: string): number {
  let level = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i];
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++level);
    else if (character === ']' || character === '}') level--;
  }
  return deepest;
}

/**
 * The media type of a request, lower case and without parameters.
 * @throws ApiError unsupported_media_type when it is none of the accepted ones, or compressed
 */
export function mediaType(request: Request, accepted: readonly string[]): string {
  const encoding = request.headers.get('Content-Encoding')?.trim().toLowerCase();
  if (encoding && encoding !== 'identity') {
    throw new ApiError('unsupported_media_type', 'Send the body as it is, without compression.');
  }
  const type = request.headers.get('Content-Type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (accepted.includes(type)) return type;
  throw new ApiError('unsupported_media_type', `Send the body as ${accepted.join(', ')}.`);
}

/**
 * Reads a JSON body, unchecked.
 * @throws ApiError unsupported_media_type, payload_too_large, invalid_request
 */
export async function readJson(request: Request): Promise<unknown> {
  mediaType(request, ['application/json']);
  return parseJson(decodeText(await readBody(request)));
}
