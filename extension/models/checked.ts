/** What a form holds, ready to be sent; or what is wrong with it, by the path of each field: `items.0.price`. */
export type Checked<T> = { value: T } | { errors: Record<string, string> };

interface Issue {
  path: PropertyKey[];
  message: string;
}
const WRONG_NUMBER = 'Use a number like 49.90.';

/** The first complaint about each field. All tags are typed into one. */
export function errorsOf(issues: readonly Issue[]): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const { path, message } of issues) {
    const field = path[0] === 'tags' ? 'tags' : path.join('.');
    errors[field] ??= /NaN/.test(message) ? WRONG_NUMBER : message;
  }
  return errors;
}
