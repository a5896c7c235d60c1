/** Numbers from 0 up to 1, the same ones again for the same seed. */
export type Random = () => number;

/** A source of random numbers whose seed is printed; FAULT_SEED=<seed> repeats a run's choices. */
export function printedRandom(purpose: string): Random {
  const seed = Number(process.env.FAULT_SEED ?? crypto.getRandomValues(new Uint32Array(1))[0]);
  process.stdout.write(`${purpose}: FAULT_SEED=${seed}\n`);
  return mulberry32(seed);
}

/** A whole number from `min` to `max`, both included. */
export function between(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
