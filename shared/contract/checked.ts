import type { z } from 'zod';

const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  boolean: 'true or false',
};

/** What is wrong with one value, in a sentence that says what to put instead, for APIs and forms alike. What a schema says itself goes first. */
export function explainIssue(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'This field is required.' : `Send ${KINDS[issue.expected] ?? issue.expected}.`;
    case 'invalid_value':
      return `Use one of: ${issue.values.join(', ')}.`;
    case 'too_big':
      return `Use at most ${issue.maximum} ${issue.origin === 'array' ? 'entries' : 'characters'}.`;
    case 'too_small':
      return 'This may not be empty.';
    case 'invalid_key':
      return `The name cannot be used. ${issue.issues[0]?.message ?? ''}`.trim();
    default:
      return 'This value cannot be used.';
  }
}

/** A value that its schema takes; or what is wrong with it, by the path of each field: `items.0.price`. */
export type Checked<T> = { value: T } | { errors: Record<string, string> };

/** Checks what a form holds in the words of the API, with the first complaint about each field. */
export function check<T>(schema: z.ZodType<T>, input: unknown): Checked<T> {
  const result = schema.safeParse(input, { error: explainIssue });
  if (result.success) return { value: result.data };
  const errors: Record<string, string> = {};
  for (const { path, message } of result.error.issues) errors[path.join('.')] ??= message;
  return { errors };
}
