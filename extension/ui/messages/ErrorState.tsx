import { Button } from '../buttons/Button.tsx';
import { CopyButton } from '../buttons/CopyButton.tsx';
import { Icon } from '../icons/Icon.tsx';

interface Props {
  /** What happened. */
  title: string;
  /** What it means for the data: "Nothing was saved." */
  consequence?: string | undefined;
  code?: string | undefined;
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  retrying?: boolean | undefined;
}

/** A place that could not be filled: what happened, what it means, what to do, and the print that a report needs. */
export function ErrorState({ title, consequence, code, requestId, onRetry, retrying = false }: Props) {
  const print = [code, requestId].filter(Boolean).join(' · ');
  return (
    <div class="error-state" role="alert">
      <Icon name="alert" size={28} />
      <p class="error-state-title">{title}</p>
      {consequence && <p class="error-state-consequence">{consequence}</p>}
      {onRetry && (
        <Button icon="refresh" busy={retrying} onClick={onRetry}>
          Retry
        </Button>
      )}
      {print && (
        <p class="error-state-print">
          {print}
          <CopyButton text={print} label="Copy the error code" />
        </p>
      )}
    </div>
  );
}
