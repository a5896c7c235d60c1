import { useEffect, useMemo } from 'preact/hooks';

/** @returns a signal that is aborted when this component goes, for whatever it has started */
export function useLifetime(): AbortSignal {
  const controller = useMemo(() => new AbortController(), []);
  useEffect(() => () => controller.abort(), [controller]);
  return controller.signal;
}
