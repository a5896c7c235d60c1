import { Toast, type ToastContent } from './Toast.tsx';

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
