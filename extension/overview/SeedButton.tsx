import { Button } from '../ui/buttons/Button.tsx';
import type { Seed } from './seed.ts';

/** Adds the demo data. */
export function SeedButton({ seed, isMain = true, disabled }: { seed: Seed; isMain?: boolean; disabled: boolean }) {
  return (
    <Button
      variant={isMain ? 'primary' : 'secondary'}
      icon="seed"
      busy={seed.running.value === 'add'}
      disabled={disabled}
      onClick={() => void seed.add()}
    >
      Seed Data
    </Button>
  );
}
