import { z } from 'zod';
import { explainIssue } from '../../../shared/contract/checked.ts';
import { ApiError } from '../../errors.ts';

/**
 * Checks input against a schema of the contract.
 * @returns the parsed value
 * @throws ApiError invalid_request naming every field that is wrong; what was sent is not quoted
 */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input, { error: explainIssue });
  if (result.success) return result.data;
  const hint =
    schema instanceof z.ZodObject && 'fields' in schema.shape ? ' Put fields of your own under "fields".' : '';
  // Without a prototype, since a caller may name a field `__proto__`.
  const fields: Record<string, string> = Object.create(null);
  for (const issue of result.error.issues.slice(0, 20)) {
    if (issue.code === 'unrecognized_keys') {
      for (const name of issue.keys.slice(0, 20)) {
        fields[[...issue.path, name].join('.').slice(0, 100)] = `This field is not known here.${hint}`;
      }
    } else {
      fields[issue.path.join('.').slice(0, 100) || 'body'] ??= issue.message;
    }
  }
  const [name, problem] = Object.entries(fields)[0] ?? ['body', 'Not valid.'];
  throw new ApiError('invalid_request', `${name}: ${problem}`, { reason: 'fields_invalid', fields });
}

/**
 * Checks the query of a request. A name given twice is refused: answering for one of its values would look like an answer
 * for both.
 * @throws ApiError invalid_request
 */
export function validateQuery<Schema extends z.ZodType>(schema: Schema, request: Request): z.output<Schema> {
  const parameters = new URL(request.url).searchParams;
  const seen = new Set<string>();
  const repeated = [...parameters.keys()].find((name) => seen.size === seen.add(name).size);
  if (repeated !== undefined) {
    const problem = 'Give this parameter once.';
    throw new ApiError('invalid_request', `${repeated.slice(0, 100)}: ${problem}`, {
      reason: 'fields_invalid',
      fields: { [repeated.slice(0, 100)]: problem },
    });
  }
  return validate(schema, Object.fromEntries(parameters));
}

/** The header that may stand for `submissionId` in the body. */
export const idempotencyHeader = z.object({ 'Idempotency-Key': z.string().meta({ format: 'uuid' }).optional() });

/**
 * Checks a body whose `submissionId` may stand in the header instead. A draft of the IETF makes that a quoted string; most clients
 * send it bare.
 * @throws ApiError invalid_request, also when body and header name different ids
 */
export function validateSubmission<Schema extends z.ZodType<{ submissionId?: string | undefined }>>(
  schema: Schema,
  input: unknown,
  headers: Headers,
): z.output<Schema> {
  const key = headers.get('Idempotency-Key')?.replace(/^"(.*)"$/, '$1');
  if (key === undefined) return validate(schema, input);
  const isObject = typeof input === 'object' && input !== null && !Array.isArray(input);
  const submission = validate(schema, isObject ? { submissionId: key, ...input } : input);
  if (submission.submissionId !== key.toLowerCase()) {
    const problem = 'Differs from the header Idempotency-Key. Send one of them.';
    throw new ApiError('invalid_request', `submissionId: ${problem}`, {
      reason: 'fields_invalid',
      fields: { submissionId: problem },
    });
  }
  return submission;
}
