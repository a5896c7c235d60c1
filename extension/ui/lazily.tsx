import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { Notice } from './messages/Notice.tsx';
import { Skeleton } from './messages/Skeleton.tsx';

/**
 * A component whose code is fetched when it is first shown: the popup has to open at once, and most of it is not needed then.
 * @param load imports the file and picks the component out of it
 */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  const component = signal<ComponentType<Props> | null>(null);
  const isFailed = signal(false);
  let isAsked = false;
  async function fetchOnce(): Promise<void> {
    if (isAsked) return;
    isAsked = true;
    try {
      component.value = await load();
    } catch {
      isFailed.value = true;
    }
  }
  return function Lazy(props: Props) {
    // Not in an effect, which would wait for the frame with the skeleton.
    void fetchOnce();
    const { value: Ready } = component;
    if (Ready) return <Ready {...props} />;
    if (isFailed.value)
      return (
        <Notice tone="warning">This part cannot be opened: the extension was updated. Close and open it again.</Notice>
      );
    return <Skeleton shape="lines" count={6} label="Opening" />;
  };
}
