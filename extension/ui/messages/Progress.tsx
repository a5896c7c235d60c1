import { useId } from 'preact/hooks';
import { formatNumber } from '../content/number-format.ts';

interface Props {
  label: string;
  value: number;
  /** null: nobody knows how much there is. */
  max: number | null;
  detail?: string | undefined;
}

/** How far a piece of work is, as a bar and in figures. */
export function Progress({ label, value, max, detail }: Props) {
  const id = useId();
  const figures = max === null ? formatNumber(value) : `${formatNumber(value)} of ${formatNumber(max)}`;
  return (
    <div class="progress">
      <label class="progress-label" for={id} title={label}>
        {label}
      </label>
      <span class="progress-figures">{figures}</span>
      {/* Of nothing, everything is done: a maximum of 0 is no maximum to the browser. */}
      {max === null ? <progress id={id} /> : <progress id={id} value={max === 0 ? 1 : value} max={max || 1} />}
      {detail && <span class="progress-detail">{detail}</span>}
    </div>
  );
}
