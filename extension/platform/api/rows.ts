import type { z } from 'zod';
import type { malformedRow } from '../../../shared/contract/page.ts';

type Malformed = z.infer<typeof malformedRow>;

/**
 * Looks at the rows of a reply one by one: a row that this version does not understand must not take the others with it.
 * @param kind what stands before the id in a row's key
 */
export function readRows<Row>(
  schema: z.ZodType<Row>,
  kind: string,
  values: readonly unknown[],
): { rows: Row[]; odd: Malformed[] } {
  const rows: Row[] = [];
  const odd: Malformed[] = [];
  for (const value of values) {
    const result = schema.safeParse(value);
    if (result.success) rows.push(result.data);
    else {
      const id = (value as { id?: unknown } | null)?.id;
      const issue = result.error.issues[0];
      const key = `${kind}:${typeof id === 'string' ? id : '?'}`;
      odd.push({ key, problem: `${issue?.path.join('.')}: ${issue?.message}` });
    }
  }
  return { rows, odd };
}
