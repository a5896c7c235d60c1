import { useEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../buttons/Button.tsx';
import { IconButton } from '../buttons/IconButton.tsx';
import { Icon } from '../icons/Icon.tsx';
import { toneIcons } from '../messages/Badge.tsx';

export interface ToastContent {
  id: string;
  tone: 'good' | 'danger' | 'info';
  message: string;
  detail?: string | undefined;
  action?: { label: string; onAction(): void } | undefined;
}

/** How long good news stays, in milliseconds; longer where there is something to press. */
const STAY = 5000;
const STAY_WITH_ACTION = 10_000;

/** One answer. Good news leaves by itself, unless someone is reading it; bad news stays until it is dismissed. */
function Toast({ toast, onDismiss }: { toast: ToastContent; onDismiss(): void }) {
  const { tone, message, detail, action } = toast;
  const [held, setHeld] = useState(false);
  const dismiss = useRef(onDismiss);
  dismiss.current = onDismiss;

  const stay = tone === 'danger' || held ? null : action ? STAY_WITH_ACTION : STAY;
  useEffect(() => {
    if (stay === null) return;
    const timer = setTimeout(() => dismiss.current(), stay);
    return () => clearTimeout(timer);
  }, [stay]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while one is here, and Esc presses its button.
    <div
      class="toast"
      data-tone={tone}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocusIn={() => setHeld(true)}
      onFocusOut={() => setHeld(false)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onDismiss();
      }}
    >
      <Icon name={toneIcons[tone]} />
      <span class="toast-text">
        {message}
        {detail && <span class="toast-detail">{detail}</span>}
      </span>
      {action ? (
        <Button
          variant="quiet"
          onClick={() => {
            action.onAction();
            onDismiss();
          }}
        >
          {action.label}
        </Button>
      ) : (
        <span />
      )}
      <IconButton icon="close" label="Dismiss" onClick={onDismiss} />
    </div>
  );
}

interface Props {
  toasts: readonly ToastContent[];
  onDismiss(id: string): void;
}

/**
 * Short answers to what was done, the newest first of its kind: bad news piles up until it is dismissed. Both live regions are
 * there from the start: one that comes with its text is not read.
 */
export function Toasts({ toasts, onDismiss }: Props) {
  const show = (toast: ToastContent) => <Toast key={toast.id} toast={toast} onDismiss={() => onDismiss(toast.id)} />;
  const newest = toasts.toReversed();
  return (
    <div class="toasts">
      <div role="status">{newest.filter(({ tone }) => tone !== 'danger').map(show)}</div>
      <div role="alert">{newest.filter(({ tone }) => tone === 'danger').map(show)}</div>
    </div>
  );
}
