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
