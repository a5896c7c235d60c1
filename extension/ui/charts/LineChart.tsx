import type { TargetedPointerEvent } from 'preact';
import { useState } from 'preact/hooks';
import { formatNumber } from '../content/number-format.ts';
import { ChartFigure } from './ChartFigure.tsx';

interface Scale {
  min: number;
  max: number;
  ticks: number[];
}

/** An axis of round steps that holds all values and zero; from 0 to 1 where there is nothing to show. Unreal values count as 0. */
export function scaleFor(values: readonly number[], steps = 3): Scale {
  const real = values.filter(Number.isFinite);
  const low = Math.min(0, ...real);
  const high = Math.max(0, ...real);
  // What lies closer together than that is one point, and has no steps of its own.
  const rough = (high - low > 1e-9 ? high - low : 1) / steps;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  // Counts have no halves: an axis of whole numbers keeps whole ticks.
  const step = real.every(Number.isInteger) ? Math.max(1, factor * power) : factor * power;
  const min = Math.floor(low / step) * step;
  const max = Math.max(Math.ceil(high / step) * step, min + step);
  const count = Math.round((max - min) / step);
  return { min, max, ticks: Array.from({ length: count + 1 }, (_, index) => min + index * step) };
}

/** Where a value stands on the axis, from 0 at its foot to 1 at its head. */
export function positionOn({ min, max }: Scale, value: number): number {
  return Number.isFinite(value) ? (value - min) / (max - min) : -min / (max - min);
}

interface Props {
  title: string;
  points: readonly { label: string; value: number }[];
  /** What is counted: "leads". */
  unit: string;
  format?: ((value: number) => string) | undefined;
  /** For the axis, where there is less room. */
  formatTick?: ((value: number) => string) | undefined;
}

/** The course of one figure. The pointer or the arrow keys go along its points; a slider without a face takes the keys. */
export function LineChart({ title, points, unit, format = formatNumber, formatTick = format }: Props) {
  const [chosen, setChosen] = useState<number | null>(null);
  const last = points.length - 1;
  const scale = scaleFor(points.map(({ value }) => value));
  const x = (index: number) => (last > 0 ? (index / last) * 100 : 50);
  const y = (value: number) => (1 - positionOn(scale, value)) * 100;
  const say = (index: number) => {
    const { label = '', value = 0 } = points[index] ?? {};
    return `${label}: ${format(value)} ${unit}`;
  };

  const line = points.map(({ value }, index) => `${x(index)},${y(value)}`).join(' ');
  const at = chosen === null ? (last === 0 ? 0 : null) : Math.min(chosen, last);
  const point = at === null ? undefined : points[at];
  const named = [0, Math.floor(last / 2), last].filter((index, place, all) => all.indexOf(index) === place);

  const follow = (event: TargetedPointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setChosen(Math.max(0, Math.min(last, Math.round(((event.clientX - box.left) / box.width) * last))));
  };

  return (
    <ChartFigure title={title} columns={['', unit]} rows={points.map(({ label, value }) => [label, format(value)])}>
      <div class="line-chart">
        <div class="line-chart-values" aria-hidden="true">
          {scale.ticks.map((tick) => (
            <span key={tick}>{formatTick(tick)}</span>
          ))}
        </div>
        <div class="line-chart-plot" onPointerMove={follow} onPointerLeave={() => setChosen(null)}>
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {scale.ticks.map((tick) => (
              <line key={tick} class="line-chart-grid" x1="0" x2="100" y1={y(tick)} y2={y(tick)} />
            ))}
            {last > 0 && <polygon class="line-chart-area" points={`0,${y(0)} ${line} 100,${y(0)}`} />}
            {last > 0 && <polyline class="line-chart-line" points={line} />}
          </svg>
          {at !== null && point && (
            <>
              <span class="line-chart-mark" style={{ left: `${x(at)}%` }} />
              <span class="line-chart-dot" style={{ left: `${x(at)}%`, top: `${y(point.value)}%` }} />
              <span
                class="line-chart-tip"
                data-side={x(at) > 50 ? 'before' : 'after'}
                data-low={y(point.value) < 50 ? '' : undefined}
                style={{ left: `${x(at)}%` }}
              >
                {say(at)}
              </span>
            </>
          )}
          <input
            type="range"
            min={0}
            max={last}
            value={at ?? last}
            aria-label={title}
            aria-valuetext={say(at ?? last)}
            onInput={(event) => setChosen(event.currentTarget.valueAsNumber)}
            onFocus={() => setChosen(at ?? last)}
            onBlur={() => setChosen(null)}
          />
        </div>
        <div class="line-chart-labels" aria-hidden="true">
          {named.map((index) => (
            <span key={index}>{points[index]?.label}</span>
          ))}
        </div>
      </div>
    </ChartFigure>
  );
}
