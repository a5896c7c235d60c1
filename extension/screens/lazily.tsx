import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Notice } from '../components/Notice.tsx';
import { Skeleton } from '../components/Skeleton.tsx';

/**
 * A component whose code is fetched when it is first shown: the popup has to open at once, and most of it is not needed then.
 * @param load such as `() => import('./Held.tsx').then(({ Held }) => Held)`
 */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null;
  return function Lazy(props: Props) {
    const [Ready, setReady] = useState<ComponentType<Props> | null>(() => loaded);
    const [isFailed, setFailed] = useState(false);
    useEffect(() => {
      if (Ready) return;
      load().then(
        (component) => {
          loaded = component;
          setReady(() => component);
        },
        () => setFailed(true),
      );
    }, [Ready]);
    if (Ready) return <Ready {...props} />;
    if (isFailed)
      return (
        <Notice tone="warning">This part cannot be opened: the extension was updated. Close and open it again.</Notice>
      );
    return <Skeleton shape="lines" count={6} label="Opening" />;
  };
}
