import type { ComponentChildren } from 'preact';

/** Line breaks, however they are written: they would end a header of the message. */
const LINE_BREAK = /%0[ad]|[\r\n]/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what it looks for.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * The address a link may lead to, or null: web, mail and phone only, as the browser itself reads it. Refused as well are
 * control characters, a name before the host ("https://bank.example@evil.example"), and mail or phone addresses that
 * carry more than the address: lead text is attackers' text.
 */
export function safeHref(href: string): string | null {
  const text = href.trim();
  if (CONTROL.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return url.username || url.password ? null : url.href;
    case 'mailto:':
      return url.search || url.hash || LINE_BREAK.test(url.pathname) || !url.pathname.includes('@') ? null : url.href;
    case 'tel:':
      return phoneHref(url.pathname + url.search + url.hash);
    default:
      return null;
  }
}

/** A link that writes to exactly this address, or null for what is none. */
export function mailHref(email: string): string | null {
  const address = email.trim();
  const at = address.lastIndexOf('@');
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)];
  // Some mail programs take commas and semicolons, even encoded ones, for further recipients.
  if (at < 1 || !domain || /[\s,;<>]/.test(address) || CONTROL.test(address) || !address.isWellFormed()) return null;
  return `mailto:${encodeURIComponent(local)}@${encodeURIComponent(domain)}`;
}

/** A link that calls this number, or null: star and hash codes do things to the phone, so digits and their spacing only. */
export function phoneHref(phone: string): string | null {
  const number = phone.trim().replace(/[\s().\-/\u2010-\u2015]/g, '');
  return /^\+?\d{3,20}$/.test(number) ? `tel:${number}` : null;
}

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
