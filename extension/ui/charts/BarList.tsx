import { formatNumber, formatShare } from '../content/number-format.ts';
import { Icon } from '../icons/Icon.tsx';
import type { IconName } from '../icons/icons.ts';
import type { Tone } from '../messages/Badge.tsx';
import { ChartFigure } from './ChartFigure.tsx';

interface Props {
  title: string;
  rows: readonly { label: string; value: number; icon?: IconName | undefined; tone?: Tone | undefined }[];
  /** What is counted: "leads". */
  unit: string;
}

/** How a whole divides: each part with its figure, its share and a bar as long as that. */
export function BarList({ title, rows, unit }: Props) {
  const sum = rows.reduce((before, { value }) => before + value, 0);
  const table = rows.map(({ label, value }) => [label, formatNumber(value), formatShare(value, sum)]);
  return (
    <ChartFigure title={title} columns={['', unit, 'share']} rows={table}>
      <ul class="bar-list">
        {rows.map(({ label, value, icon, tone }) => (
          <li key={label} class="bar">
            {icon && <Icon name={icon} />}
            <span class="bar-label" title={label}>
              {label}
            </span>
            <span class="bar-value">
              {formatNumber(value)} <span class="bar-share">{formatShare(value, sum)}</span>
            </span>
            <div class="bar-track">
              <div
                class="bar-fill"
                data-tone={tone}
                data-zero={value > 0 ? undefined : ''}
                style={{ inlineSize: `${sum > 0 ? (value / sum) * 100 : 0}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
    </ChartFigure>
  );
}
