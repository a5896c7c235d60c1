import type { Change } from '../../shared/contract/changes.ts';
import { isRestored, transactionOf } from '../records/receipts/change-transaction.ts';
import { formatMoment } from '../ui/content/date-format.ts';

/** How the lead was stored as far as its timeline tells; the digest of its receipt takes a request, and Verify makes it. */
export function LeadStored({ history }: { history: readonly Change[] | null }) {
  const insert = history?.findLast(({ operation }) => operation === 'insert');
  if (!insert) return null;
  return (
    <p class="caption">
      Stored {formatMoment(insert.at)}
      {!isRestored(insert) && `, transaction ${transactionOf(insert)}`}, by the change log. The digest of its receipt
      was not read yet.
    </p>
  );
}
