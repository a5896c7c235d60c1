import type { z } from 'zod';
import { ApiError } from './errors.ts';

/**
 * Checks input against a schema of the contract.
 * @returns the parsed value
 * @throws ApiError invalid_request naming every field that is wrong; what was sent is not quoted
 */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const fields: Record<string, string> = {};
  for (const issue of result.error.issues.slice(0, 20)) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys.slice(0, 20)) {
        fields[[...issue.path, name].join('.').slice(0, 100)] =
          'This field is not known here. Put fields of your own under "fields".';
      }
    } else {
      fields[issue.path.join('.').slice(0, 100) || 'body'] ??= issue.message;
    }
  }
  const [name, problem] = Object.entries(fields)[0] ?? ['body', 'Not valid.'];
  throw new ApiError('invalid_request', `${name}: ${problem}`, { fields });
}
