import { formatNumber } from '../../ui/content/number-format.ts';
import { entityWords } from '../check/finding-words.ts';
import { parted } from './parted-text.ts';
import type { WitnessComparison } from './sync-witness.ts';
import type { NamedKeys, WitnessReport } from './witness-report.ts';

function Side({ text, other }: { text: string | null; other: string | null }) {
  if (text === null) return <em class="secondary">not shown</em>;
  const { before, marked, isCut } = parted(text, other ?? '');
  return (
    <code class="mono" dir="ltr">
      {before}
      <mark>{marked}</mark>
      {isCut && '…'}
    </code>
  );
}

function Alone({ list, isOurs }: { list: NamedKeys; isOurs: boolean }) {
  const there = <span>shown</span>;
  const gone = <em class="secondary">not shown</em>;
  return (
    <>
      {list.keys.map((key) => (
        <tr key={key}>
          <th scope="row">
            <code class="mono">{key}</code>
          </th>
          <td>{isOurs ? there : gone}</td>
          <td>{isOurs ? gone : there}</td>
        </tr>
      ))}
    </>
  );
}

function Comparison({ report }: { report: WitnessReport }) {
  const { entity, rows, onlyOurs, onlyTheirs, different, withheld, moving, notReadAgain } = report;
  const name = entity === null ? 'On the screen' : entityWords(entity);
  const notChecked = withheld.total + moving.total + notReadAgain;
  return (
    <tbody>
      <tr>
        <th scope="row">{name}</th>
        <td>
          {formatNumber(rows + onlyOurs.total + different.total)}{' '}
          {notChecked > 0 && `(+ ${formatNumber(notChecked)} not checked)`}
        </td>
        <td>{formatNumber(rows + onlyTheirs.total + different.total)}</td>
      </tr>
      <Alone list={onlyOurs} isOurs />
      <Alone list={onlyTheirs} isOurs={false} />
      {different.rows.map(({ key, ours, theirs }) => (
        <tr key={key}>
          <th scope="row">
            <code class="mono">{key}</code>
          </th>
          <td>
            <Side text={ours} other={theirs} />
          </td>
          <td>
            <Side text={theirs} other={ours} />
          </td>
        </tr>
      ))}
    </tbody>
  );
}

/** Two columns: what our API says, and what the table itself says past it; differences are marked. */
export function SyncWitness({ comparison: { reports, notCompared } }: { comparison: WitnessComparison }) {
  return (
    <table class="sync-witness">
      <caption class="visually-hidden">Our API and Supabase side by side</caption>
      <thead>
        <tr>
          <th scope="col">Rows</th>
          <th scope="col">Ours, through the API</th>
          <th scope="col">Theirs, from Supabase</th>
        </tr>
      </thead>
      {reports.map((report) => (
        <Comparison key={report.entity ?? 'screen'} report={report} />
      ))}
      {notCompared.length > 0 && (
        <tbody>
          {notCompared.map((entity) => (
            <tr key={entity}>
              <th scope="row">{entityWords(entity)}</th>
              <td colSpan={2}>not checked</td>
            </tr>
          ))}
        </tbody>
      )}
    </table>
  );
}

/** What came of it in a few words. */
export function witnessResult({ reports, notCompared }: WitnessComparison): string {
  const rows = reports.reduce((sum, report) => sum + report.rows, 0);
  const odd = reports.find(({ state }) => state === 'differ') ?? reports.find(({ state }) => state === 'pending');
  const equal =
    rows === 0
      ? 'Neither side shows a row that could be compared: not checked'
      : `${formatNumber(rows)} ${rows === 1 ? 'row is' : 'rows are'} the same on both sides`;
  const left = notCompared.map((entity) => entityWords(entity)).join(', ');
  return [odd?.message ?? equal, ...(left ? [`${left} not checked`] : [])].join(' · ');
}
