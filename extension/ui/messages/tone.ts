import type { IconName } from '../icons/icons.ts';

/** What a colour says. */
export type Tone = 'neutral' | 'accent' | 'good' | 'warning' | 'danger' | 'info';

/** The picture that says the same as the colour. */
export const toneIcons: Record<Tone, IconName> = {
  neutral: 'info',
  accent: 'info',
  good: 'circleCheck',
  warning: 'alert',
  danger: 'circleX',
  info: 'info',
};
