import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatNumber } from '../content/number-format.ts';
import { isRtl, rovingTarget } from './roving.ts';

interface Props {
  label: string;
  tabs: readonly { id: string; label: string; count?: number | null | undefined }[];
  selected: string;
  onSelect(id: string): void;
}

/**
 * Tabs as WAI-ARIA has them: one tab stop, arrows select. The panel is the screen's: it has
 * `id="panel-<id>" role="tabpanel" aria-labelledby="tab-<id>"`. A count that is null is not known and not shown.
 */
export function Tabs({ label, tabs, selected, onSelect }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const current = Math.max(
    0,
    tabs.findIndex(({ id }) => id === selected),
  );

  useEffect(() => {
    // Not before the first frame, which it would delay by a layout of its own.
    const frame = requestAnimationFrame(() =>
      list.current?.children[current]?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
    return () => cancelAnimationFrame(frame);
  }, [current]);

  const move = (event: TargetedKeyboardEvent<HTMLDivElement>) => {
    const target = rovingTarget(event.key, { count: tabs.length, current, rtl: isRtl(event.currentTarget) });
    const tab = target === null ? undefined : tabs[target];
    if (!tab || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    onSelect(tab.id);
    (event.currentTarget.children[target ?? 0] as HTMLElement).focus();
  };

  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={move}>
      {tabs.map(({ id, label: name, count }, index) => (
        <button
          key={id}
          type="button"
          class="tab"
          role="tab"
          id={`tab-${id}`}
          aria-controls={`panel-${id}`}
          aria-selected={id === selected}
          tabIndex={index === current ? 0 : -1}
          onClick={() => onSelect(id)}
        >
          {name}
          {count != null && <span class="count">{formatNumber(count)}</span>}
        </button>
      ))}
    </div>
  );
}
