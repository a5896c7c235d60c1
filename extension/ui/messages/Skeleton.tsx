interface Props {
  shape: 'rows' | 'card' | 'lines';
  count?: number | undefined;
  /** What is on its way: "Loading leads". */
  label: string;
}

/** How many grey blocks draw one of each shape. */
const BLOCKS = { rows: 4, card: 3, lines: 1 };

/** The shape of what comes, shown only when it takes longer than 150 ms. */
export function Skeleton({ shape, count = shape === 'card' ? 1 : 4, label }: Props) {
  const draw = (pieces: number) =>
    Array.from({ length: pieces }, (_, index) => <div key={index} class="skeleton-block" />);
  const drawOne = (index: number) => (
    <div key={index} class={shape === 'rows' ? 'skeleton-row' : 'skeleton-card'}>
      {draw(BLOCKS[shape])}
    </div>
  );
  return (
    <div class="skeleton" aria-busy="true">
      <span class="visually-hidden" role="status">
        {label}
      </span>
      <div class={shape === 'lines' ? 'skeleton-lines' : undefined} aria-hidden="true">
        {shape === 'lines' ? draw(count) : Array.from({ length: count }, (_, index) => drawOne(index))}
      </div>
    </div>
  );
}
