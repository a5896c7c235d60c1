import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { RecordKind } from '../../platform/workspace/live.ts';
import { Button } from '../../ui/buttons/Button.tsx';
import { formatNumber } from '../../ui/content/number-format.ts';
import { VirtualList, type VirtualListHandle } from '../../ui/lists/VirtualList.tsx';
import { EmptyState } from '../../ui/messages/EmptyState.tsx';
import { ErrorState } from '../../ui/messages/ErrorState.tsx';
import { Notice } from '../../ui/messages/Notice.tsx';
import { Skeleton } from '../../ui/messages/Skeleton.tsx';
import { useRowKeys } from './list-keys.ts';
import type { RecordList } from './record-list.ts';

interface MalformedRowsProps {
  noun: 'lead' | 'user' | 'order';
  rows: readonly { key: string; problem: string }[];
}

/** Rows under a record's key that are no such record: named, so that what is shown and what is stored add up. */
function MalformedRows({ noun, rows }: MalformedRowsProps) {
  if (rows.length === 0) return null;
  return (
    <Notice tone="warning">
      <p>
        {rows.length === 1
          ? `1 row cannot be shown as ${noun === 'order' ? 'an' : 'a'} ${noun}.`
          : `${formatNumber(rows.length)} rows cannot be shown as ${noun}s.`}{' '}
        They are stored and left as they are; mend them in SQL.
      </p>
      <ul class="plain-list mono">
        {rows.slice(0, 20).map(({ key, problem }) => (
          <li key={key} class="wrap-anywhere">
            {key}: {problem.slice(0, 200)}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

/** Of one row, in CSS pixels; styles/lists.css says the same. */
const ROW_HEIGHT = 52;

interface RowPlace {
  tabIndex: number;
  onFocus(): void;
}

/** The name of each list. */
const LISTS = { lead: 'Leads', user: 'Users', order: 'Orders' };

interface Props<Row extends { id: string }> {
  noun: RecordKind;
  model: RecordList<Row>;
  /** Whether a search or a filter keeps rows out. */
  isNarrowed: boolean;
  /** Takes search and filters away. */
  onWiden(): void;
  /** What else keys do on a row, by the key. */
  keys?: (row: Row) => Record<string, () => void>;
  renderRow(row: Row, place: RowPlace): ComponentChildren;
  /** Where there is none at all. */
  nothing: ComponentChildren;
}

/** The rows of a list, as many as there are; only those in sight are in the page. */
export function RecordRows<Row extends { id: string }>(props: Props<Row>) {
  const { noun, model, isNarrowed, onWiden, keys, renderRow, nothing } = props;
  const list = useRef<VirtualListHandle>(null);
  const rows = model.rows.value;
  const loading = model.loading.value;
  const failure = model.failure.value;
  const arrived = model.arrived.value.size;
  const { focused, setFocused } = useRowKeys(model, list, keys);

  const error = failure && (
    <ErrorState
      title={failure.message}
      consequence={rows.length > 0 ? 'The rows below were read before.' : `No ${noun} is shown that was not read.`}
      {...(failure.code && { code: failure.code })}
      {...(failure.requestId && { requestId: failure.requestId })}
      onRetry={() => void model.load()}
      retrying={loading === 'first'}
    />
  );
  if (rows.length === 0) {
    if (loading === 'first') return <Skeleton shape="rows" count={8} label={`Loading ${noun}s`} />;
    if (error) return error;
    return (
      <div class="list-area">
        {isNarrowed ? (
          <EmptyState icon="search" title={`No ${noun} matches.`}>
            <Button onClick={onWiden}>Clear search and filters</Button>
          </EmptyState>
        ) : (
          nothing
        )}
        <MalformedRows noun={noun} rows={model.malformed.value} />
      </div>
    );
  }
  return (
    <div class="list-area" aria-busy={loading === 'first'}>
      {error}
      {model.isStale.value && (
        <Button class="new-pill" icon="refresh" onClick={() => void model.load()}>
          {LISTS[noun]} changed: search again
        </Button>
      )}
      {arrived > 0 && (
        <Button variant="primary" icon="arrowUp" class="new-pill" onClick={() => list.current?.scrollToIndex(0)}>
          {formatNumber(arrived)} new
        </Button>
      )}
      <VirtualList
        label={LISTS[noun]}
        listRef={list}
        count={rows.length}
        rowHeight={ROW_HEIGHT}
        keyOf={(index) => rows[index]?.id ?? String(index)}
        onNearEnd={() => void model.loadMore()}
        onSee={model.seeFrom}
        renderRow={(index) => {
          const row = rows[index];
          const tabIndex = index === focused ? 0 : -1;
          return row && renderRow(row, { tabIndex, onFocus: () => setFocused(row.id) });
        }}
      >
        {loading === 'more' && <Skeleton shape="rows" count={2} label={`Loading more ${noun}s`} />}
        <MalformedRows noun={noun} rows={model.malformed.value} />
      </VirtualList>
    </div>
  );
}
