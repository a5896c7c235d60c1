import { fill, make, set } from './dom.ts';
import type { Messages } from './english.ts';
import type { Field } from './settings.ts';

/** One field on the screen. */
export interface FieldView {
  /** Names the controls it is made of. A field with another key needs new ones. */
  key: string;
  element: HTMLElement;
  /** Shows label, settings and error of the field, in the controls that are there: they keep what was typed. */
  draw(field: Field, messages: Messages, error: string | undefined, busy: boolean): void;
}

let count = 0;

export const keyOf = ({ path, type, choices }: Field, { choose }: Messages): string =>
  JSON.stringify([path, choices[0] ? [type, choices, choose] : type === 'textarea']);

/**
 * Makes one labelled control. Label, control and error share one root: id references do not cross roots.
 * @param held what the visitor chose or typed in the controls that these replace
 */
export function createField(field: Field, messages: Messages, held: string[]): FieldView {
  const { path: name, type, choices } = field;
  // Unique in the page, not only here: under the polyfill all forms stand in one tree.
  const id = `lf-${++count}`;
  const isGroup = !!choices[0] && /checkbox|radio/.test(type);
  const label = make(isGroup ? 'legend' : 'label', { part: 'label', for: isGroup ? null : id });
  const explained = make('p', { part: 'error', id: `${id}-error` });
  const control = isGroup
    ? make('div', { part: 'choices' })
    : make(choices[0] ? 'select' : type === 'textarea' ? type : 'input', { id, name, part: 'input' });
  if (choices[0] && !isGroup) control.appendChild(make('option', { value: '' }, messages.choose));
  for (const value of choices) {
    const chosen = held.includes(value);
    control.appendChild(
      isGroup
        ? make(
            'label',
            { part: 'choice' },
            make('input', { type, name, value, checked: chosen }),
            make('span', {}, value),
          )
        : make('option', { selected: chosen }, value),
    );
  }
  if (!choices[0] && held[0]) (control as HTMLInputElement).value = held.join(', ');
  const element = make(isGroup ? 'fieldset' : 'div', { part: 'field' }, field.label && label, control);

  let declared: string | undefined;

  return {
    key: keyOf(field, messages),
    element,
    draw({ label: title, type, required, max, autocomplete, value }, messages, error, busy) {
      fill(label, title, !required && make('small', {}, ` ${messages.optional}`));
      fill(explained, error);
      if (error) element.insertBefore(explained, control);
      else explained.remove();
      set(isGroup ? element : control, { 'aria-describedby': error && explained.id });
      if (isGroup) return;
      set(element, { hidden: type === 'hidden' });
      set(control, {
        required,
        maxlength: max,
        autocomplete,
        // Typed text stays as it is while it travels. Not `disabled`: that takes the focus away.
        readonly: busy,
        'aria-invalid': error && 'true',
        // Without choices there is nothing to tick. Selects and textareas do not look at it.
        type: type === 'checkbox' ? 'text' : type,
      });
      // Of a hidden field this is the value itself, which a fallback or the page may have filled meanwhile.
      if (declared !== value) (control as HTMLInputElement).defaultValue = value || '';
      declared = value;
    },
  };
}
