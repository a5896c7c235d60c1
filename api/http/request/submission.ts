import { z } from 'zod';
import { submissionId } from '../../../shared/contract/receipt.ts';
import { ApiError } from '../errors.ts';
import { validate } from './validate.ts';

/** The header that may stand for `submissionId` in the body. */
export const idempotencyHeader = z.object({ 'Idempotency-Key': submissionId.optional() });

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
    throw new ApiError('invalid_request', `submissionId: ${problem}`, { fields: { submissionId: problem } });
  }
  return submission;
}
