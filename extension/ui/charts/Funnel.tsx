import { formatNumber, formatShare } from '../content/number-format.ts';
import { ChartFigure } from './ChartFigure.tsx';

interface Props {
  title: string;
  /** From the widest to the narrowest; each holds a part of the one before. */
  steps: readonly { label: string; value: number }[];
}

/** How many go how far: each step with its figure and what part of the step before came here. */
export function Funnel({ title, steps }: Props) {
  const widest = Math.max(0, ...steps.map(({ value }) => value));
  const shares = steps.map(({ value }, index) => {
    const before = steps[index - 1]?.value ?? 0;
    return before > 0 ? formatShare(value, before) : '';
  });
  const table = steps.map(({ label, value }, index) => [label, formatNumber(value), shares[index] ?? '']);
  return (
    <ChartFigure title={title} columns={['', 'number', 'of the step before']} rows={table}>
      <ol class="funnel">
        {steps.map(({ label, value }, index) => (
          <li key={label} class="funnel-step">
            <span class="funnel-label" title={label}>
              {label}
            </span>
            <span class="bar-value">
              {formatNumber(value)}
              {shares[index] && <span class="bar-share"> {shares[index]} of before</span>}
            </span>
            <div class="bar-track">
              <div
                class="bar-fill"
                data-zero={value > 0 ? undefined : ''}
                style={{ inlineSize: `${widest > 0 ? (value / widest) * 100 : 0}%` }}
              />
            </div>
          </li>
        ))}
      </ol>
    </ChartFigure>
  );
}
