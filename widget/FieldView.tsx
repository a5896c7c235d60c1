import type { ComponentChildren, FunctionComponent } from 'preact';
import type { Messages } from './english.ts';
import type { Field } from './fields.ts';

interface Props {
  field: Field;
  id: string;
  error: string | undefined;
  busy: boolean | undefined;
  messages: Messages;
}

/** One labelled control with its error. Label, control and error share this root: id references do not cross roots. */
export function FieldView({ field, id, error, busy, messages }: Props) {
  const { path, label, type, required, choices, max, autocomplete, value } = field;
  const title = [label, !required && <small> {messages.optional}</small>];
  const describedBy = error && `${id}-error`;
  const explained = error && (
    <p part="error" id={describedBy}>
      {error}
    </p>
  );
  if (choices[0] && /checkbox|radio/.test(type)) {
    return (
      <fieldset part="field" aria-describedby={describedBy}>
        {label && <legend part="label">{title}</legend>}
        {explained}
        <div part="choices">
          {choices.map((choice, index) => (
            <label key={choice} part="choice">
              <input id={index ? undefined : id} type={type as 'radio'} name={path} value={choice} />
              <span>{choice}</span>
            </label>
          ))}
        </div>
      </fieldset>
    );
  }
  // One element of three kinds, with the same properties: JSX has no type for that.
  const Control = (choices[0] ? 'select' : type === 'textarea' ? type : 'input') as unknown as FunctionComponent<{
    children: ComponentChildren;
  }>;
  const props = {
    id,
    name: path,
    part: 'input',
    required,
    maxLength: max,
    autocomplete,
    defaultValue: value,
    // Typed text stays as it is while it travels. Not `disabled`: that takes the focus away.
    readOnly: busy,
    'aria-invalid': error && 'true',
    'aria-describedby': describedBy,
    // Without choices there is nothing to tick. On selects and textareas `type` is read-only, so nothing comes of it.
    type: type === 'checkbox' ? 'text' : type,
  };
  return (
    <div part="field" hidden={type === 'hidden'}>
      <label for={id} part="label">
        {title}
      </label>
      {explained}
      <Control {...props}>
        {choices[0] && [
          <option value="">{messages.choose}</option>,
          choices.map((choice) => <option>{choice}</option>),
        ]}
      </Control>
    </div>
  );
}
