import { z } from 'zod';
import { explainIssue } from '../../../shared/contract/checked.ts';
import { ApiError } from '../errors.ts';

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
  throw new ApiError('invalid_request', `${name}: ${problem}`, { fields });
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
      fields: { [repeated.slice(0, 100)]: problem },
    });
  }
  return validate(schema, Object.fromEntries(parameters));
}
