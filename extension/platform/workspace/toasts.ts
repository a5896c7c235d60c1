import { signal } from '@preact/signals';
import { asFailure, whatBecameOf } from '../api/failure.ts';

export interface Toast {
  id: string;
  tone: 'good' | 'danger' | 'info';
  message: string;
  detail?: string;
  action?: { label: string; onAction(): void };
}

/** Short messages about what was just done. */
export function createToasts() {
  const toasts = signal<readonly Toast[]>([]);
  let count = 0;

  const dismiss = (id: string) => {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
  };

  function show(toast: Omit<Toast, 'id'>): void {
    count += 1;
    const id = String(count);
    const action = toast.action && {
      label: toast.action.label,
      onAction() {
        dismiss(id);
        toast.action?.onAction();
      },
    };
    // Bad news stays until it was read: good news makes room.
    const bad = toasts.value.filter(({ tone }) => tone === 'danger');
    const other = toasts.value.filter(({ tone }) => tone !== 'danger').slice(-1);
    toasts.value = [...bad, ...other, { ...toast, id, ...(action && { action }) }];
  }

  return {
    toasts,
    dismiss,
    show,
    /** What they offer belongs to a connection that is closed now. */
    clear(): void {
      toasts.value = [];
    },
    /** Says that a write failed, what that means for the data, and offers to do it again. */
    showFailure(doing: string, error: unknown, retry?: () => void): void {
      const failure = asFailure(error);
      show({
        tone: 'danger',
        message: `${doing} failed: ${failure.message}`,
        detail: whatBecameOf(failure),
        ...(retry && { action: { label: 'Retry', onAction: retry } }),
      });
    },
  };
}
export type Toasts = ReturnType<typeof createToasts>;
