import type { ComponentChildren, Ref } from 'preact';
import { VisuallyHidden } from '../../ui/content/VisuallyHidden.tsx';
import { Icon } from '../../ui/icons/Icon.tsx';

interface Props {
  title: string;
  state: 'done' | 'current' | 'ahead';
  /** The heading, for the focus. */
  heading?: Ref<HTMLHeadingElement> | undefined;
  children: ComponentChildren;
}

const WORDS = { done: 'Done', current: 'Now', ahead: 'Later' };

/** One step of several that are taken one after the other. */
export function TourStep({ title, state, heading, children }: Props) {
  return (
    <li class="tour-step" data-state={state} aria-current={state === 'current' ? 'step' : undefined}>
      <span class="tour-mark">
        <Icon name={state === 'done' ? 'circleCheck' : 'circle'} />
      </span>
      <div class="stack-tight grow">
        <h4 ref={heading ?? null} tabIndex={-1}>
          {title}
          <VisuallyHidden> ({WORDS[state]})</VisuallyHidden>
        </h4>
        {children}
      </div>
    </li>
  );
}
