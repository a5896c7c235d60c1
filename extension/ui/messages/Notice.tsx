import type { ComponentChildren } from 'preact';
import { Icon } from '../icons/Icon.tsx';
import { type Tone, toneIcons } from './Badge.tsx';

interface Props {
  tone: Tone;
  children: ComponentChildren;
  actions?: ComponentChildren;
}

/** A sentence that belongs to the place it stands in. Whoever shows it in answer to an action announces it too. */
export function Notice({ tone, children, actions }: Props) {
  return (
    <div class="notice" data-tone={tone}>
      <Icon name={toneIcons[tone]} />
      <div class="notice-body">
        <div class="notice-text">{children}</div>
        {actions && <div class="notice-actions">{actions}</div>}
      </div>
    </div>
  );
}
