import type { z } from 'zod';
import { explainIssue } from './explain-issue.ts';

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
