import { CopyButton } from '../../ui/buttons/CopyButton.tsx';
import { mailHref, phoneHref, SafeLink } from '../../ui/content/SafeLink.tsx';

/** How to reach a person: write, call, copy. */
export function Reach({ email, phone: number }: { email: string; phone: string | null | undefined }) {
  const mail = mailHref(email);
  const phone = number ? phoneHref(number) : null;
  return (
    <ul class="reach plain-list">
      <li class="row nowrap">
        <bdi class="truncate">{mail ? <SafeLink href={mail}>{email}</SafeLink> : email}</bdi>
        <CopyButton text={email} label="Copy email" />
      </li>
      {number && (
        <li class="row nowrap">
          <bdi class="truncate">{phone ? <SafeLink href={phone}>{number}</SafeLink> : number}</bdi>
          <CopyButton text={number} label="Copy phone" />
        </li>
      )}
    </ul>
  );
}
