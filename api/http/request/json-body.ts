import type { z } from 'zod';
import { decodeText, mediaType, parseJson, readBody } from './body.ts';
import { validate } from './validate.ts';

/**
 * Reads a JSON body, unchecked.
 * @throws ApiError unsupported_media_type, payload_too_large, invalid_request
 */
export async function readJson(request: Request): Promise<unknown> {
  mediaType(request, ['application/json']);
  return parseJson(decodeText(await readBody(request)));
}

/**
 * Reads and checks a JSON body.
 * @throws ApiError unsupported_media_type, payload_too_large, invalid_request
 */
export async function jsonBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  return validate(schema, await readJson(request));
}
