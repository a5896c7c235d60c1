import type { FieldErrors } from './failure.ts';
import { focusOnMount } from './focus.ts';

interface Props {
  title: string;
  text: string | undefined;
  errors: FieldErrors;
}

/** A fragment link in a shadow root would change the page's address and focus nothing: ids are looked up per tree. */
function focusControl(event: MouseEvent, name: string): void {
  event.preventDefault();
  const form = (event.currentTarget as Element).closest('form') as HTMLFormElement;
  const controls = Array.from(form.elements) as HTMLInputElement[];
  const control = controls.find((candidate) => candidate.name === name);
  if (control) control.focus();
}

/** What went wrong, on top of the form. The alert is an inner element: JAWS reads a focused alert twice otherwise. */
export function Summary({ title, text, errors }: Props) {
  return (
    <div part="summary" tabIndex={-1} ref={focusOnMount}>
      <div role="alert">
        <strong>{title}</strong>
        <p>{text}</p>
        {Object.keys(errors).map((name) => (
          <p key={name}>
            <a href={`#${name}`} onClick={(event) => focusControl(event, name)}>
              {errors[name]}
            </a>
          </p>
        ))}
      </div>
    </div>
  );
}
