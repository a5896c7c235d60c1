import { type ComponentChildren, Fragment } from 'preact';

interface Props {
  rows: readonly { label: string; value: ComponentChildren }[];
}

/** Facts about one thing, name beside value. */
export function KeyValue({ rows }: Props) {
  return (
    <dl class="key-value">
      {rows.map(({ label, value }) => (
        <Fragment key={label}>
          <dt class="truncate" title={label}>
            {label}
          </dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
