import type { ComponentChildren } from 'preact';
import { mailHref, phoneHref, safeHref } from './safe-href.ts';

interface Props {
  /** An address of the web; of mail or a phone it may be the bare address. */
  href: string | null | undefined;
  children: ComponentChildren;
  kind?: 'web' | 'mail' | 'phone' | undefined;
  /** Its name, where the children are only a picture. */
  label?: string | undefined;
  class?: string | undefined;
}

/** A link where the address is harmless, the same words as plain text where it is not. */
export function SafeLink({ href, children, kind = 'web', label, class: extra = '' }: Props) {
  const bare = kind === 'mail' ? mailHref : phoneHref;
  const safe = !href ? null : kind === 'web' || /^(mailto|tel):/i.test(href) ? safeHref(href) : bare(href);
  if (safe === null) return <span>{children}</span>;
  const away = /^https?:/.test(safe) ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return (
    <a class={`safe-link ${extra}`.trimEnd()} href={safe} title={label} aria-label={label} {...away}>
      {children}
    </a>
  );
}
