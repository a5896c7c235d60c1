import type { ComponentChildren } from 'preact';
import type { RecordList } from '../records/list/record-list.ts';
import { Button } from '../ui/buttons/Button.tsx';
import { Card } from '../ui/content/Card.tsx';
import { Skeleton } from '../ui/messages/Skeleton.tsx';

interface Props<Row extends { id: string }> {
  title: string;
  noun: string;
  /** What an empty list says; without it, an empty list is not shown. */
  none?: string;
  list: Pick<RecordList<Row>, 'rows' | 'loading' | 'failure' | 'nextCursor' | 'loadMore'>;
  row(row: Row): ComponentChildren;
}

/** Records of another kind that belong to the one that is open. */
export function Belongings<Row extends { id: string }>({ title, noun, none, list, row }: Props<Row>) {
  const { rows, loading, failure, nextCursor } = list;
  const isEmpty = rows.value.length === 0;
  if (none === undefined && isEmpty && !failure.value) return null;
  return (
    <Card title={title}>
      {failure.value && (
        <p class="secondary">
          The {noun} could not be read: {failure.value.message}
        </p>
      )}
      {loading.value === 'first' && isEmpty && <Skeleton shape="rows" count={2} label={`Loading the ${noun}`} />}
      {loading.value === null && isEmpty && !failure.value && <p class="secondary">{none}</p>}
      <ul class="plain-list card-rows">
        {rows.value.map((each) => (
          <li key={each.id}>{row(each)}</li>
        ))}
      </ul>
      {nextCursor.value && (
        <div>
          <Button variant="quiet" busy={loading.value === 'more'} onClick={() => void list.loadMore()}>
            More {noun}
          </Button>
        </div>
      )}
    </Card>
  );
}
