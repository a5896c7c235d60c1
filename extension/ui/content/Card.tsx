import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Props {
  title?: string | undefined;
  actions?: ComponentChildren;
  children: ComponentChildren;
}

/** A section of a screen; with a title it is a region that one can jump to. */
export function Card({ title, actions, children }: Props) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div class="card-head">
          {title && <h2 id={id}>{title}</h2>}
          {actions && <div class="card-actions">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
