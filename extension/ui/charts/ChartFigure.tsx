import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Button } from '../buttons/Button.tsx';

interface Props {
  /** The finding, as a sentence. */
  title: string;
  columns: readonly string[];
  /** The same figures as the drawing's. */
  rows: readonly (readonly string[])[];
  /** The drawing. */
  children: ComponentChildren;
}

/** A drawing with its finding above it, and the same figures as a table for whoever prefers to read them. */
export function ChartFigure({ title, columns, rows, children }: Props) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  const [head, ...others] = columns;
  return (
    <figure class="chart" aria-labelledby={id}>
      <div class="chart-head">
        <figcaption id={id}>{title}</figcaption>
        {rows.length > 0 && (
          <Button variant="quiet" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            Table
          </Button>
        )}
      </div>
      {rows.length === 0 && <p class="chart-empty">Nothing to show yet.</p>}
      {rows.length > 0 && !asTable && children}
      {rows.length > 0 && asTable && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must get into it.
        <section class="chart-table" aria-labelledby={id} tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">{head}</th>
                {others.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(([name, ...figures], row) => (
                <tr key={row}>
                  <th scope="row">{name}</th>
                  {figures.map((figure, column) => (
                    <td key={others[column]}>{figure}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </figure>
  );
}
