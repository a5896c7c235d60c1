import { ENTITIES, type SyncReport } from '../../../shared/contract/sync-report.ts';
import { formatNumber } from '../../ui/content/number-format.ts';
import { Badge } from '../../ui/messages/Badge.tsx';
import { entityWords } from './finding-words.ts';

/** How many records there are, and how many of them the index names. */
export function SyncCounts({ report }: { report: SyncReport }) {
  return (
    <table class="sync-counts">
      <caption class="visually-hidden">Records stored and indexed</caption>
      <thead>
        <tr>
          <th scope="col">Records</th>
          <th scope="col">Stored rows</th>
          <th scope="col">In the index</th>
        </tr>
      </thead>
      <tbody>
        {ENTITIES.map((entity) => {
          const { rows, indexed } = report.counts[entity];
          return (
            <tr key={entity}>
              <th scope="row">{entityWords(entity)}</th>
              <td>{formatNumber(rows)}</td>
              <td>
                {rows !== indexed && <Badge tone="danger">differs</Badge>} {formatNumber(indexed)}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
